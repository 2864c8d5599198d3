import { OpenAPIHono } from '@hono/zod-openapi';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ControlEnv, Human } from '../../../src/control/access/human.ts';
import { listenControl } from '../../../src/control/listen.ts';
import { liveRoutes } from '../../../src/control/live/routes.ts';
import { rawUpstream, type RawUpstream } from '../../door/raw-upstream.ts';
import { openRoom, type Room } from './open-room.ts';
import { Viewer } from './viewer.ts';

let upstream: RawUpstream;
let room: Room;
let listening: Awaited<ReturnType<typeof listenControl>>;
let session: AbortController;
let human: Human;

beforeEach(async () => {
  upstream = await rawUpstream(() => undefined);
  room = await openRoom(
    upstream.origin,
    `
version: 1
promotion: none
upstreams:
  api: { url: "${upstream.origin.origin}", network: loopback, credential: { env: KEY, as: bearer } }
routes:
  read: { match: "GET /v1/read/{id}", upstream: api, effect: read }
agents:
  reader: { stage: production, allow: [read] }
`,
  );
  session = new AbortController();
  human = { name: 'ann', roles: ['viewer'], proof: 'token' };
  const app = new OpenAPIHono<ControlEnv>();
  app.use(async (context, next) => {
    context.set('human', human);
    context.set('ended', session.signal);
    return next();
  });
  liveRoutes(app, room.live);
  listening = await listenControl(app, { port: 0 });
});

afterEach(async () => {
  listening.server.close();
  await room.close();
  await upstream.close();
});

test.each(['signed_out', 'expired'] as const)(
  'a session that ends (%s) ends what it watches, and says why',
  async (why) => {
    const viewer = new Viewer(listening.url, 'none');
    await viewer.until(() => viewer.heard.length > 0);
    expect(room.live.watchers).toBe(1);
    session.abort(why);
    await viewer.until(() => viewer.endedAt > 0);
    expect(viewer.heard.at(-1)).toMatchObject({ name: 'bye', data: { why } });
    expect(room.live.watchers).toBe(0);
  },
);

test('a session that has ended already watches nothing', async () => {
  session.abort('signed_out');
  const viewer = new Viewer(listening.url, 'none');
  await viewer.until(() => viewer.endedAt > 0);
  expect(viewer.heard.at(-1)).toMatchObject({ name: 'bye' });
  expect(room.live.watchers).toBe(0);
});

test('who goes away is forgotten at once, and leaves nothing behind at a session that goes on', async () => {
  const viewer = new Viewer(listening.url, 'none');
  await viewer.until(() => viewer.heard.length > 0);
  viewer.leave();
  for (let tries = 0; room.live.watchers > 0 && tries < 100; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(room.live.watchers).toBe(0);
  session.abort('signed_out');
});

test('who has no role sees nothing', async () => {
  human = { name: 'eve', roles: [], proof: 'oidc' };
  for (const target of ['/v1/overview', '/v1/live']) {
    expect((await fetch(listening.url + target)).status).toBe(403);
  }
  expect(room.live.watchers).toBe(0);
});
