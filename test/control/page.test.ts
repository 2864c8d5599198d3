import { mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { serve } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ControlEnv } from '../../src/control/access/human.ts';
import { Dashboard, dashboardDir } from '../../src/control/page/built.ts';
import { pageRoutes } from '../../src/control/page/routes.ts';
import { refundsPolicy } from '../cli/served.ts';
import { openRoom, type Room } from './live/open-room.ts';

let room: Room;
beforeAll(async () => {
  const nowhere = new URL('http://127.0.0.1:9');
  room = await openRoom(nowhere, refundsPolicy(nowhere, ''));
});
afterAll(() => room.close());

interface Got {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Whatever stands in the target, as it stands there: a client of the standard library would tidy it. */
function get(base: string, target: string, headers: http.OutgoingHttpHeaders = {}): Promise<Got> {
  const { hostname, port } = new URL(base);
  const authorization = 'Bearer the_machine';
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path: target, headers: { authorization, ...headers }, agent: false };
    const sent = http.get(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject);
  });
}

const asset = (ending: string): string => {
  const name = readdirSync(path.join(dashboardDir(), 'assets')).find((one) => one.endsWith(ending));
  if (name === undefined) throw new Error(`no ${ending} was built`);
  return `/assets/${name}`;
};

describe('the page of a real build', () => {
  test('is the same at every place within it, asked for anew each time, and not sent twice', async () => {
    const index = readFileSync(path.join(dashboardDir(), 'index.html'));
    for (const place of ['/', '/agents/refunds-bot', '/agents/a.b', '/holds/call_1?x=1']) {
      const got = await get(room.control, place);
      expect({ place, status: got.status }).toEqual({ place, status: 200 });
      expect(got.body).toEqual(index);
      expect(got.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'private, no-cache',
        'x-content-type-options': 'nosniff',
      });
      const again = await get(room.control, place, { 'if-none-match': got.headers.etag });
      expect(again).toMatchObject({ status: 304, body: Buffer.alloc(0) });
    }
  });

  test('its files come with their types, small where the browser takes that, and are kept for good', async () => {
    const script = asset('.js');
    const plain = await get(room.control, script);
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    const zipped = await get(room.control, script, { 'accept-encoding': 'gzip, br' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.body)).toEqual(plain.body);
    expect(zipped.headers.etag).not.toBe(plain.headers.etag);
  });

  test('a stranger gets none of it', async () => {
    for (const target of ['/', asset('.js'), '/assets/none.js']) {
      const got = await get(room.control, target, { authorization: '' });
      expect([401, 303]).toContain(got.status);
      expect(got.body.toString()).not.toContain('assets');
    }
  });

  test.each([
    '/../package.json',
    '/assets/../../../package.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    String.raw`/assets/..\..\package.json`,
    '/assets/%00',
    '//etc/passwd',
    '/assets/none-12345678.js',
    '/favicon.php',
    '/v1/nothing',
  ])('no path leads out of it: %s', async (target) => {
    const { status, body } = await get(room.control, target);
    expect(body.toString()).not.toContain('agent-interlock');
    expect(body.toString()).not.toContain('root:');
    // A place within the page is the page; whatever looks like a file and is none is not there.
    if (status !== 200) expect([400, 404]).toContain(status);
    else expect(body).toEqual(readFileSync(path.join(dashboardDir(), 'index.html')));
  });

  test.each(['/assets/none-12345678.js', '/assets/none', '/assets', '/favicon.php', '/robots.txt'])(
    'a file that is not there is not the page: %s',
    async (target) => expect((await get(room.control, target)).status).toBe(404),
  );
});

describe('a build that is not there, or another one', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-page-'));
  let base: string;
  let server: ReturnType<typeof serve>;
  beforeAll(async () => {
    const app = new OpenAPIHono<ControlEnv>();
    app.use(async (context, next) => {
      context.set('human', { name: 'ann', roles: ['viewer'], proof: 'token' });
      await next();
    });
    pageRoutes(app, new Dashboard(dir));
    base = await new Promise((resolve) => {
      server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
        resolve(`http://127.0.0.1:${port}`),
      );
    });
  });
  afterAll(() => void server.close());

  test('says what is missing and what to do; then shows what was built, and what was built after that', async () => {
    const missing = await get(base, '/');
    expect(missing.status).toBe(503);
    expect(missing.body.toString()).toContain('npm run prepare');
    mkdirSync(path.join(dir, 'assets'));
    writeFileSync(path.join(dir, 'index.html'), 'first');
    symlinkSync('/etc/passwd', path.join(dir, 'assets', 'stolen.txt'));
    expect((await get(base, '/')).body.toString()).toBe('first');
    // What is linked from elsewhere is no file of the build.
    expect((await get(base, '/assets/stolen.txt')).status).toBe(404);
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(path.join(dir, 'index.html'), 'second');
    expect((await get(base, '/')).body.toString()).toBe('second');
  });
});
