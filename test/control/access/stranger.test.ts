import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { room, type Answer, type Room } from './room.ts';

let control: Room;
beforeAll(async () => {
  control = await room();
});
afterAll(() => control.close());

/** All of an answer but the moment it was given. */
function whole({ status, headers, text: body }: Answer): unknown {
  const { date: _date, 'content-length': _length, ...others } = headers;
  return { status, others, body };
}

const PLACEHOLDER = /[:{][a-z]+\}?/gi;

describe('an unauthenticated visitor learns nothing but that the door exists', () => {
  test('every route answers as a path that does not exist, byte for byte, by every method', async () => {
    const nowhere = whole(await control.send({ path: '/nowhere' }));
    const wrong: string[] = [];
    for (const { method, path } of control.routes) {
      const asked = path.replaceAll(PLACEHOLDER, 'tester').replace('*', 'index.html');
      for (const verb of new Set([method, 'GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])) {
        if (`${verb} ${asked}` === 'POST /sign-in') continue;
        const answer = whole(await control.send({ method: verb, path: asked }));
        if (JSON.stringify(answer) !== JSON.stringify(nowhere)) wrong.push(`${verb} ${asked}`);
      }
    }
    expect(control.routes.length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });

  test('bodies make no difference: none, too large, no JSON, no such agent', async () => {
    const path = '/v1/agents/tester/kill';
    const none = whole(await control.send({ method: 'POST', path }));
    for (const body of ['', '{', 'x'.repeat(200_000), JSON.stringify({ reason: 'r', by: 'x' })]) {
      const headers = { 'content-type': 'application/json' };
      const answer = await control.send({ method: 'POST', path, headers, body }).catch(() => undefined);
      // An answer that was given before the body was read may end in a cut connection; it says nothing either.
      if (answer !== undefined) expect(whole(answer)).toEqual(none);
    }
  });

  test('somebody who navigates is sent to the form, wherever they wanted to go', async () => {
    const headers = { accept: 'text/html,*/*' };
    for (const path of ['/', '/agents/tester', '/v1/status', '/nowhere', '/assets/index.js']) {
      const answer = await control.send({ path, headers });
      expect(answer.status).toBe(303);
      expect(answer.headers.location).toBe(path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`);
      expect(answer.text).toBe('');
    }
  });

  test('the form says a name and asks for a token', async () => {
    const { text: page } = await control.send({ path: '/sign-in' });
    const said = page
      .replaceAll(/<style>.*?<\/style>|<[^>]*>/gs, ' ')
      .split(/\s+/)
      .filter(Boolean);
    expect(said.join(' ')).toBe('Interlock Interlock Token Sign in');
    expect(page).not.toContain('<script');
  });

  test('nobody knows whether there is an identity provider: its paths are nowhere where there is none', async () => {
    const nowhere = whole(await control.send({ path: '/nowhere' }));
    expect(whole(await control.send({ path: '/oidc/start' }))).toEqual(nowhere);
    expect(whole(await control.send({ path: '/oidc/callback?code=1&state=2' }))).toEqual(nowhere);
  });
});

describe('a path is what it is', () => {
  test.each([
    '//v1/status',
    '/v1//status',
    '/./v1/status',
    '/sign-in/../v1/status',
    '/sign-in/%2e%2e/v1/status',
    '/sign-in%2f..%2fv1%2fstatus',
    '/sign-in/..;/v1/status',
    '/%76%31/status',
    '/v1/status%00',
    '/healthz/../v1/status',
    '/sign-in;/v1/status',
    '/V1/STATUS',
    String.raw`/sign-in\..\v1\status`,
  ])('%s lets nobody past the form', async (path) => {
    const { status, text: body } = await control.send({ path });
    expect([400, 401, 404]).toContain(status);
    expect(body).not.toContain('policy');
    expect(body).not.toContain('tester');
  });

  test('an absolute or a foreign target in the request line gives nothing', async () => {
    const socket = connect(Number(control.url.port), '127.0.0.1');
    socket.end(`GET http://evil.example/v1/status HTTP/1.1\r\nHost: ${control.url.host}\r\nConnection: close\r\n\r\n`);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1.1 4\d\d/);
    expect(answer).not.toContain('tester');
  });
});

describe('whoever is not asked by one of its names is turned away (DNS rebinding)', () => {
  test.each([
    'evil.example',
    'evil.example:4748',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'localhost@evil',
    '0x7f.1',
    '2130706433',
    'localhost:99999999',
  ])('%s', async (host) => {
    const { cookie, csrf } = await control.signIn(
      await control.person(`of ${host.replaceAll(/[^a-z0-9]/g, '.')}x`, 'admin'),
    );
    const headers = { host, cookie, 'interlock-csrf': csrf, origin: `http://${host}` };
    for (const path of ['/v1/status', '/', '/sign-in', '/nowhere']) {
      const answer = await control.send({ path, headers });
      expect([400, 421]).toContain(answer.status);
      expect(answer.text).not.toContain('tester');
    }
  });

  test.each([
    'GET /sign-in HTTP/1.0',
    'GET /sign-in HTTP/1.1\r\nHost:',
    'GET /sign-in HTTP/1.1\r\nHost: localhost\r\nHost: x',
  ])('so is whoever says no name, or two: %j', async (head) => {
    const socket = connect(Number(control.url.port), '127.0.0.1');
    socket.end(`${head}\r\nConnection: close\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 4(00|21) /);
  });

  test.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('%s is one of them', async (name) => {
    const { status } = await control.send({ path: '/sign-in', headers: { host: `${name}:${control.url.port}` } });
    expect(status).toBe(200);
  });

  test('a probe asks by whatever address it has, and hears one word', async () => {
    const answer = await control.send({ path: '/healthz', headers: { host: '10.0.0.7:4748' } });
    expect([answer.status, answer.text]).toEqual([200, 'ok\n']);
  });
});

test('every answer is told to be framed, sniffed, cached and shared by nobody', async () => {
  const { cookie, csrf } = await control.signIn(await control.person('hedda', 'admin'));
  const own = { cookie, 'interlock-csrf': csrf, origin: control.url.origin };
  for (const [path, headers] of [
    ['/sign-in', {}],
    ['/nowhere', {}],
    ['/v1/status', own],
    ['/v1/nowhere', own],
    ['/healthz', {}],
    ['/', { accept: 'text/html' }],
  ] as const) {
    const { headers: told } = await control.send({ path, headers });
    expect(told['content-security-policy'], path).toMatch(
      /^default-src 'none';.*frame-ancestors 'none';.*base-uri 'none'/,
    );
    expect(told['content-security-policy'], path).not.toMatch(/unsafe|\*|https?:/);
    expect(told, path).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(told).not.toHaveProperty('access-control-allow-origin');
    expect(told).not.toHaveProperty('x-powered-by');
    expect(told).not.toHaveProperty('server');
  }
});
