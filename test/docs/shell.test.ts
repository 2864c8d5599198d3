import { expect, test } from 'vitest';
import { expand, readCurl, readShell } from './shell.ts';

const words = (text: string): readonly (readonly string[])[] =>
  readShell(text).map((command) => expand(command, new Map([['TOKEN', 'interlock_x']])));

test.each([
  ["curl -d 'a $TOKEN' x", [['curl', '-d', 'a $TOKEN', 'x']]],
  ['curl -H "k: $TOKEN" x', [['curl', '-H', 'k: interlock_x', 'x']]],
  [
    'curl x \\\n  -i # shows the head\ncurl y',
    [
      ['curl', 'x', '-i'],
      ['curl', 'y'],
    ],
  ],
  ['for i in $(seq 2); do curl x/$i; done', [['curl', 'x/1'], ['curl', 'x/2']]], // prettier-ignore
  ["for c in a b; do\n  curl -d '{\"c\": \"'$c'\"}'\ndone", [['curl', '-d', '{"c": "a"}'], ['curl', '-d', '{"c": "b"}']]], // prettier-ignore
])('%s', (text, expected) => expect(words(text)).toEqual(expected));

test('a command in the background', () => {
  expect(readShell('curl x &\ncurl y').map(({ background }) => background)).toEqual([true, false]);
});

test.each([
  'curl http://x | jq .',
  'curl http://x > y',
  'curl http://x/`id`',
  'curl http://x && curl http://y',
  'T=$(curl http://x)',
  'curl http://x/$NAME',
])('a page does not run what its reader would see otherwise: %s', (text) => {
  expect(() => words(text).map((command) => readCurl(command))).toThrow();
});

test.each(['curl -k http://x', 'curl --data-binary @file http://x', 'curl http://x http://y', 'curl -d'])(
  'an option of curl that pages do not use is refused: %s',
  (text) => expect(() => readCurl(words(text)[0] ?? [])).toThrow(/curl/),
);

test('curl posts what it is given', () => {
  const [json, form, plain] = words("curl http://x --json '{}'\ncurl http://x -d a=1 -d b=2\ncurl -X DELETE http://x");
  expect(readCurl(json ?? [])).toMatchObject({ method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }); // prettier-ignore
  expect(readCurl(form ?? [])).toMatchObject({ method: 'POST', body: 'a=1&b=2' });
  expect(readCurl(plain ?? [])).toMatchObject({ method: 'DELETE', body: undefined });
});
