import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FAILURES_MAX } from '../../../src/control/access/throttle.ts';
import { ownPath } from '../../../src/control/access/sign-in.ts';
import { cookieOf, room, type Room, type Visitor } from './room.ts';

let control: Room;
let token: string;
let admin: Visitor;
beforeAll(async () => {
  control = await room();
  token = await control.person('ann', 'admin');
});
beforeEach(async () => {
  admin = await control.signIn(token);
});
afterAll(() => control.close());

const KILL = '/v1/agents/tester/kill';
const kills = async (): Promise<number> => (await control.rig.records()).filter(({ kind }) => kind === 'freeze').length;
const body = JSON.stringify({ reason: 'because' });

describe('session fixation', () => {
  test('an id that somebody brought along never comes to mean them', async () => {
    const name = admin.cookie.split('=')[0] ?? '';
    const planted = `${name}=${'A'.repeat(43)}`;
    const entered = await control.enter(token, { cookie: planted });
    expect(cookieOf(entered)).not.toBe(planted);
    expect((await control.send({ path: '/v1/session', headers: { cookie: planted } })).status).toBe(401);
  });

  test('signing in again gives another id, and ends the one before', async () => {
    const again = await control.enter(token, { cookie: admin.cookie });
    expect(cookieOf(again)).not.toBe(admin.cookie);
    expect((await admin.ask('/v1/session')).status).toBe(401);
    expect((await control.send({ path: '/v1/session', headers: { cookie: cookieOf(again) } })).status).toBe(200);
  });

  test('of two cookies of the name, a planted one in front lets nobody in and shows nobody’s', async () => {
    const name = admin.cookie.split('=')[0] ?? '';
    const cookie = `${name}=planted; ${admin.cookie}`;
    expect((await control.send({ path: '/v1/session', headers: { cookie } })).status).toBe(401);
  });
});

describe('the cookie', () => {
  test('is for scripts, other sites and other paths of no use, and ends with the browser', async () => {
    const [set = ''] = (await control.enter(token)).headers['set-cookie'] ?? [];
    expect(set).toMatch(new RegExp(`^interlock-${control.url.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`));
  });

  test('is worth nothing once it was signed out', async () => {
    expect((await admin.ask('/sign-out', {})).status).toBe(200);
    expect((await admin.ask('/v1/session')).status).toBe(401);
    expect((await admin.ask(KILL, { reason: 'because' })).status).toBe(401);
  });

  test('is no bearer token, and a bearer token is no cookie', async () => {
    const name = admin.cookie.split('=')[0] ?? '';
    const id = admin.cookie.split('=')[1] ?? '';
    for (const headers of [
      { authorization: `Bearer ${id}` },
      { authorization: `Bearer ${admin.csrf}` },
      { cookie: `${name}=${token}` },
      { cookie: `${name}=the-machine` },
      { cookie: 'authorization=Bearer the-machine' },
    ] as Record<string, string>[]) {
      expect((await control.send({ path: '/v1/status', headers })).status).toBe(401);
    }
  });

  test('does not help whoever sends a wrong bearer token beside it', async () => {
    const headers = { cookie: admin.cookie, authorization: 'Bearer wrong' };
    expect((await control.send({ path: '/v1/status', headers })).status).toBe(401);
  });
});

describe('a request from another page (CSRF)', () => {
  const json = { 'content-type': 'application/json' };
  test.each<[string, (admin: Visitor, origin: string) => Readonly<Record<string, string>>]>([
    ['with nothing but the cookie', ({ cookie }) => ({ ...json, cookie })],
    [
      'from another site, with the token',
      (a) => ({ ...json, cookie: a.cookie, 'interlock-csrf': a.csrf, origin: 'https://evil.example' }),
    ],
    [
      'from another port of this machine',
      (a) => ({ ...json, cookie: a.cookie, 'interlock-csrf': a.csrf, origin: 'http://127.0.0.1:1' }),
    ],
    [
      'from our host by another scheme of ours',
      (a, origin) => ({ ...json, cookie: a.cookie, 'interlock-csrf': a.csrf, origin: origin.replace('http', 'ftp') }),
    ],
    ['without saying from where', (a) => ({ ...json, cookie: a.cookie, 'interlock-csrf': a.csrf })],
    [
      'from a sandboxed frame',
      (a) => ({ ...json, cookie: a.cookie, 'interlock-csrf': a.csrf, origin: 'null', 'sec-fetch-site': 'cross-site' }),
    ],
    [
      'from a page that is same-site and not ours',
      (a, origin) => ({ ...json, cookie: a.cookie, 'interlock-csrf': a.csrf, origin, 'sec-fetch-site': 'same-site' }),
    ],
    ['from here, without the token', (a, origin) => ({ ...json, cookie: a.cookie, origin })],
    [
      'from here, with another token',
      (a, origin) => ({ ...json, cookie: a.cookie, origin, 'interlock-csrf': a.csrf.split('').toReversed().join('') }),
    ],
    [
      'as a form',
      (a) => ({
        cookie: a.cookie,
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'https://evil.example',
      }),
    ],
    ['as plain text', (a) => ({ cookie: a.cookie, 'content-type': 'text/plain', origin: 'https://evil.example' })],
  ])('%s stops no agent', async (_, headers) => {
    const before = await kills();
    const answer = await control.send({
      method: 'POST',
      path: KILL,
      headers: headers(admin, control.url.origin),
      body,
    });
    expect(answer.status).toBe(403);
    expect(await kills()).toBe(before);
  });

  test('the token of somebody else’s session is none', async () => {
    const other = await control.signIn(token);
    const before = await kills();
    expect((await admin.ask(KILL, { reason: 'because' }, { 'interlock-csrf': other.csrf })).status).toBe(403);
    expect(await kills()).toBe(before);
    expect((await admin.ask(KILL, { reason: 'because' })).status).toBe(200);
    expect(await kills()).toBe(before + 1);
  });

  test('no other page signs somebody in, as themselves or as another', async () => {
    for (const headers of [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      { origin: 'null', 'sec-fetch-site': 'same-site' },
    ]) {
      const entered = await control.enter(token, headers);
      expect([entered.status, entered.headers['set-cookie']]).toEqual([403, undefined]);
    }
  });

  test('a read by cookie changes nothing, whatever it says of its method', async () => {
    const before = await kills();
    const { cookie } = admin;
    for (const headers of [
      { cookie, 'x-http-method-override': 'POST' },
      { cookie, 'x-http-method': 'POST' },
      { cookie, 'x-method-override': 'POST' },
    ]) {
      await control.send({ path: KILL, headers });
      await control.send({ path: `${KILL}?_method=POST&reason=because`, headers });
    }
    expect(await kills()).toBe(before);
  });
});

describe('a token in the wrong place', () => {
  test.each([
    ['the query', (t: string) => ({ path: `/v1/status?token=${t}&access_token=${t}` })],
    ['the query of the form', (t: string) => ({ path: `/sign-in?token=${t}`, method: 'POST' })],
    ['another header', (t: string) => ({ path: '/v1/status', headers: { 'x-api-key': t, token: t } })],
    [
      'basic credentials',
      (t: string) => ({
        path: '/v1/status',
        headers: { authorization: `Basic ${Buffer.from(`${t}:`).toString('base64')}` },
      }),
    ],
    [
      'two bearer tokens',
      (t: string) => ({ path: '/v1/status', headers: { authorization: `Bearer ${t}, Bearer ${t}` } }),
    ],
  ])('%s lets nobody in', async (_, how) => {
    const { status, headers } = await control.send(how(token));
    expect([401, 403]).toContain(status);
    expect(headers['set-cookie']).toBeUndefined();
  });
});

describe('a body', () => {
  test('that is too large, or no JSON, or not what the route takes, changes nothing', async () => {
    const before = await kills();
    expect((await admin.ask(KILL, { reason: 'x'.repeat(70_000) })).status).toBe(413);
    for (const wrong of ['{', '[]', 'null', '"x"', '{"reason":1}', '{"reason":"r","__proto__":{"by":"x"},"more":1}']) {
      const headers = {
        cookie: admin.cookie,
        'interlock-csrf': admin.csrf,
        origin: control.url.origin,
        'content-type': 'application/json',
      };
      expect((await control.send({ method: 'POST', path: KILL, headers, body: wrong })).status).toBe(400);
    }
    expect(await kills()).toBe(before);
  });

  test('of the form that is too large is not read', async () => {
    const answer = await control.enter('x'.repeat(5_000)).catch(() => undefined);
    expect([413, undefined]).toContain(answer?.status);
  });

  test('nobody acts in somebody else’s name', async () => {
    const refused = await admin.ask(KILL, { reason: 'because', by: 'ben' });
    expect(refused.status).toBe(403);
    expect(refused.json['error']).toContain('cannot act as `ben`');
  });
});

describe('a name', () => {
  test.each([
    'a\r\nset-cookie: x=1',
    'a\u0000b',
    '\u202Eadmin',
    '',
    ' ',
    'x'.repeat(101),
    '<script>',
    'a"b',
    'a;b',
    'oidc:ann',
    'human:ann',
    '-rf',
  ])('%j is nobody’s', async (name) => {
    expect((await control.machine('/v1/users', { name, roles: ['viewer'], by: 'x' })).status).toBe(400);
  });

  test.each(['ANN', ' ann ', 'ａｎｎ', 'an\u200Bn'])('%j is ann’s already, or nobody’s', async (name) => {
    expect([400, 409]).toContain((await control.machine('/v1/users', { name, roles: ['viewer'], by: 'x' })).status);
  });
});

describe('after the form, nobody is sent anywhere else (open redirect)', () => {
  test.each([
    '//evil.example',
    'https://evil.example',
    String.raw`/\evil.example`,
    String.raw`\\evil.example`,
    '/%5cevil.example/..//',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/\n/evil.example',
    '/..//evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    'evil.example',
    '',
    '/a\r\nset-cookie:x=1',
  ])('%j', async (next) => {
    const entered = await control.enter(token, {}, `?next=${encodeURIComponent(next)}`);
    expect(entered.status).toBe(303);
    const { location = '' } = entered.headers;
    expect(new URL(location, control.url).origin).toBe(control.url.origin);
    expect(location).toMatch(/^\/(?![/\\])/);
    expect(ownPath(next)).toBe(location);
  });

  test('what is put into the page stays text', async () => {
    const page = await control.send({ path: `/sign-in?next=${encodeURIComponent('/"><script>alert(1)</script>')}` });
    expect(page.text).not.toContain('<script');
  });
});

describe('brute force', () => {
  let flooded: Room;
  beforeAll(async () => {
    flooded = await room();
  });
  afterAll(() => flooded.close());

  test('is slowed down by address, is on record once, and keeps out nobody who has a token', async () => {
    const own = await flooded.person('ann', 'viewer');
    const { ask } = await flooded.signIn(own);
    const statuses: number[] = [];
    for (let count = 0; count < FAILURES_MAX + 5; count += 1) {
      const form = count % 2 === 0;
      const guess = `interlock_user_${String(count).padStart(43, '0')}`;
      const { status } = form
        ? await flooded.enter(guess)
        : await flooded.send({ path: '/v1/status', headers: { authorization: `Bearer ${guess}` } });
      statuses.push(status);
    }
    expect(statuses).toEqual([...Array(FAILURES_MAX).fill(401), ...Array(5).fill(429)]);
    const refused = await flooded.enter('interlock_user_wrong');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    // Whoever fails on purpose locks nobody out who has a token, at the same address (a proxy's) or another.
    const bearer = { authorization: `Bearer ${own}`, 'content-type': 'application/json' };
    expect((await flooded.enter(own)).status).toBe(303);
    const stop = { method: 'POST', path: KILL, headers: bearer, body };
    expect((await flooded.send(stop)).status).toBe(200);
    // And one good token buys no more guesses.
    expect((await flooded.enter('interlock_user_wrong')).status).toBe(429);
    expect((await ask('/v1/session')).status).toBe(200);
    expect((await flooded.machine('/v1/status')).status).toBe(200);
    const locks = (await flooded.rig.records()).filter((one) => one.kind === 'sign-in' && one.what === 'locked');
    expect(locks).toMatchObject([{ address: '127.0.0.1', failures: FAILURES_MAX, others: 0 }]);
  });
});

test('a stream that somebody watches ends when they are removed', async () => {
  const guest = await control.signIn(await control.person('gus', 'viewer'));
  let removed: Promise<unknown> | undefined;
  const ended = new Promise<string>((resolve, reject) => {
    const { hostname: host, port } = control.url;
    const sent = request({ host, port, path: '/v1/live', headers: { cookie: guest.cookie } }, (response) => {
      let heard = '';
      response.on('data', (chunk) => {
        heard += String(chunk);
        if (heard.includes('event: overview')) removed ??= control.machine('/v1/users/gus/remove', { by: 'setup' });
      });
      response.on('end', () => resolve(heard));
    });
    sent.on('error', reject).end();
  });
  expect(await ended).toContain('"why":"signed_out"');
  await removed;
});
