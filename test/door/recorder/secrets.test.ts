import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdsKey, formsOf } from '../../../src/door/key/forms.ts';
import { Secrets, SECRETS_KEPT } from '../../../src/door/recorder/secrets.ts';

const KEY = 'sk_live_51Habc/+def=';
const FORMS: readonly (readonly [string, string])[] = [
  ['as it is', KEY],
  ['in capitals', KEY.toUpperCase()],
  ['escaped for a URL', encodeURIComponent(KEY)],
  ['every character escaped for a URL', [...Buffer.from(KEY)].map((byte) => `%${byte.toString(16)}`).join('')],
  [
    'escaped for JSON',
    KEY.split('')
      .map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  ],
  ['in base64', Buffer.from(`user:${KEY}`).toString('base64')],
  ['in hexadecimal', Buffer.from(KEY).toString('hex')],
  ['in HTML', KEY.replaceAll('/', '&#x2f;')],
];

function knowing(...keys: readonly string[]): Secrets {
  const secrets = new Secrets();
  for (const key of keys) secrets.credentials(`Bearer ${key}`, {});
  return secrets;
}

test.each(FORMS)('a credential %s is written down nowhere', (_, form) => {
  const secrets = knowing(KEY);
  for (const { text, redacted } of [
    secrets.text(`{"note":"it is ${form}, as you know"}`, 'application/json'),
    secrets.target(`/v1/keys/${form}?a=${form}`),
  ]) {
    expect(redacted).toBeGreaterThan(0);
    expect(text === null || !holdsKey(text.toLowerCase(), formsOf([KEY]))).toBe(true);
  }
  const [header] = secrets.headers([{ name: 'x-note', value: form }]);
  expect(header?.value).not.toContain(form);
});

test('what is redacted stays JSON, and nothing else of it changes', () => {
  const { text } = knowing(KEY).text(JSON.stringify({ a: [KEY], b: `x${KEY}y`, amount: 500 }), 'application/json');
  expect(JSON.parse(text ?? '')).toEqual({ a: ['REDACTED'], b: 'xREDACTEDy', amount: 500 });
});

test('the password and the name of a Basic login go, together and apart', () => {
  const secrets = new Secrets();
  secrets.credentials(`Basic ${Buffer.from('merchant-4711:pa55word-x').toString('base64')}`, {});
  expect(secrets.text('merchant-4711 has pa55word-x', null).text).toBe('REDACTED has REDACTED');
});

test.each([
  ['{"password":"word","amount":1}', 'application/json', '{"password":"REDACTED","amount":1}'],
  ['{"client_secret" : "a\\"b","x":1}', 'application/json', '{"client_secret" : "REDACTED","x":1}'],
  ['{"refresh_token":"cut off he', 'application/json', '{"refresh_token":"REDACTED'],
  ['{"echo":"{\\"password\\":\\"word\\"}"}', 'application/json', '{"echo":"{\\"password\\":\\"REDACTED\\"}"}'],
  ['a=1&api_key=shh&b=2', 'application/x-www-form-urlencoded', 'a=1&api_key=REDACTED&b=2'],
  ['{"next_page_token":"p2","tokens":3}', 'application/json', '{"next_page_token":"p2","tokens":3}'],
])('the value of a secret name goes: %s', (text, type, expected) => {
  expect(new Secrets().text(text, type).text).toBe(expected);
});

test('a query’s key goes where its name stands, and everywhere it is repeated', () => {
  const secrets = new Secrets();
  expect(secrets.target('/v1/x?limit=3&api_key=k-12345678&sig=abc').text).toBe(
    '/v1/x?limit=3&api_key=REDACTED&sig=REDACTED',
  );
  expect(secrets.text('your key k-12345678', null).text).toBe('your key REDACTED');
});

test('an address in a header or in a text keeps no secret of its own, and what stood there goes elsewhere too', () => {
  const secrets = new Secrets();
  const kept = secrets.answerHeaders([
    'location',
    'https://shop.example/back?state=1&token=tok-4711-aa&next=2#access_token=acc-4711-bb',
    'link',
    '<https://api.example/v1/x?page=2&api_key=key-4711-cc>; rel="next"',
  ]);
  expect(kept.map(({ value }) => value)).toEqual([
    'https://shop.example/back?state=1&token=REDACTED&next=2#access_token=REDACTED',
    '<https://api.example/v1/x?page=2&api_key=REDACTED>; rel="next"',
  ]);
  const signed = { url: 'https://files.example/a.pdf?X-Amz-Signature=0123456789abcdef&b=1', was: 'acc-4711-bb' };
  expect(secrets.text(JSON.stringify(signed), 'application/json').text).toBe(
    JSON.stringify({ url: 'https://files.example/a.pdf?X-Amz-Signature=REDACTED&b=1', was: 'REDACTED' }),
  );
});

test('headers that are secrets by their names keep their names alone', () => {
  // Among them Cloudflare's, Azure's and Datadog's.
  const vendors = ['x-auth-key', 'ocp-apim-subscription-key', 'x-functions-key', 'dd-application-key', 'x-auth'];
  const listed = ['x-csrf-token', 'stripe-signature', 'x-session-token', 'x-amz-access-key', 'set-cookie2', ...vendors];
  const kept = new Secrets().headers([
    ...listed.map((name) => ({ name, value: 'v-4711-4711' })),
    { name: 'idempotency-key', value: 'order-1' },
    { name: 'surrogate-key', value: 'charges ch_1' },
    { name: 'etag', value: '"7"' },
  ]);
  const others = ['order-1', 'charges ch_1', '"7"'];
  expect(kept.map(({ value }) => value)).toEqual([...listed.map(() => 'REDACTED'), ...others]);
});

test('a cookie that an answer sets is not written down, nor is what it holds, later', () => {
  const secrets = new Secrets();
  const kept = secrets.answerHeaders(['Content-Type', 'text/plain', 'Set-Cookie', 'sid=0123456789abcdefXYZ; Path=/']);
  expect(kept).toEqual([{ name: 'content-type', value: 'text/plain' }]);
  expect(secrets.text('sid 0123456789abcdefXYZ', null).text).toBe('sid REDACTED');
});

test('a cookie that is a word or a language is no secret: innocent texts stay as they are', () => {
  const secrets = new Secrets();
  secrets.credentials(undefined, { cookie: 'lang=en-US; env=production; theme=dark' });
  expect(secrets.text('{"env":"production","lang":"en-US"}', null).text).toBe('{"env":"production","lang":"en-US"}');
});

test('wherever a text is cut, not even a beginning of the credential is left at its end', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 40 }),
      fc.constantFrom(...FORMS.map(([, form]) => form)),
      fc.nat(),
      (before, form, cut) => {
        const whole = before + form;
        const { text } = knowing(KEY).beginning(whole.slice(0, before.length + (cut % (form.length + 1))), null);
        if (text === null) return;
        for (let length = 4; length <= form.length; length += 1) {
          expect(text.toLowerCase().endsWith(form.slice(0, length).toLowerCase())).toBe(false);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('an answer that is nothing but the credential, over and over, costs no more than another of its length', () => {
  const started = performance.now();
  const { text, redacted } = knowing(KEY).text(KEY.repeat(50_000), null);
  expect([text?.length, redacted]).toEqual([50_000 * 'REDACTED'.length, 50_000]);
  // Piece by piece it took a minute and a half.
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('a text that is one endless secret, or one endless escape, is read in its own time', () => {
  for (const endless of ['a', '\\', '\\"']) {
    const { text } = knowing(KEY).text(`{"password":"${endless.repeat(500_000)}`, 'application/json');
    expect(text).toMatch(/^\{"password":"REDACTED/);
  }
});

test('of however many credentials, the last ones are known', () => {
  const keys = Array.from({ length: SECRETS_KEPT }, (_, index) => `key-number-${index}-of-many`);
  const secrets = knowing(...keys);
  for (const key of keys) expect(secrets.text(`x ${key} y`, null).text).toBe('x REDACTED y');
  secrets.credentials('Bearer another-of-many-keys', {});
  expect(secrets.text(`x ${keys[0]} another-of-many-keys`, null).text).toBe(`x ${keys[0]} REDACTED`);
});
