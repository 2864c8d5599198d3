import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { Connections } from '../door/intake/connections.ts';
import { hashToken } from '../door/judge/identify.ts';
import type { ControlEnv } from './access/human.ts';
import { ROLES } from './contract/roles.ts';
import type { Live } from './live/live.ts';
import { liveRoutes } from './live/routes.ts';
import type { Premises } from './premises.ts';
import { holdRoutes, lookUpHeld } from './routes/holds.ts';
import { answer, malformed, named, parsed } from './exchange.ts';
import { healthRoutes, readinessRoute } from './health/routes.ts';
import { PROMOTION_BODY_MAX_BYTES, PROMOTIONS_PATH, standingRoutes } from './standing-routes.ts';

/** Whether the words are of use is said by the operation, in words for people. */
const assessment = z
  .object({ agent: z.string(), opinion: z.enum(['sane', 'wrong', 'unsure']), by: z.string(), reason: z.string() })
  .strict();
const erasure = named.extend({
  person: z.string().min(1).max(1_000),
  mentions: z.array(z.string().max(1_000)).max(20).default([]),
});
const grantRequest = z
  .object({
    agent: z.string(),
    task: z.string().min(1).max(200),
    expiresMs: z.number().int().positive(),
    routes: z.array(z.string()).nonempty().nullable(),
    values: z.record(z.string(), z.array(z.string())).optional(),
    certificate: z.string().optional(),
    parent: z.string().nullable(),
    by: z.string().min(1).max(200),
  })
  .strict();

export const BODY_MAX_BYTES = 65_536;
/** Its callers are on this machine and send a few hundred bytes. */
export const HEADERS_TIMEOUT_MS = 5_000;
export const REQUEST_TIMEOUT_MS = 10_000;
/** A tool that asks again within this finds its connection still there. */
export const KEEP_ALIVE_TIMEOUT_MS = 5_000;
/** With one more, the one that has rested longest gives way: whoever fills them all keeps no operator out. */
export const CONNECTIONS_MAX = 128;

/**
 * The control API, for humans and their tools. It has its own token and its own port, so that no agent reaches it by the
 * door; every answer that reports a change was durable before it was given.
 */
export function controlApi(premises: Premises, adminToken: string, live: Live): OpenAPIHono<ControlEnv> {
  const { operations } = premises;
  const app = new OpenAPIHono<ControlEnv>();
  const adminHash = Buffer.from(hashToken(adminToken));
  app.onError((error, context) => context.json({ error: `Failed, and nothing was confirmed: ${error.message}` }, 503));
  healthRoutes(app, premises);
  const usual = bodyLimit({ maxSize: BODY_MAX_BYTES });
  const ofPromotions = bodyLimit({ maxSize: PROMOTION_BODY_MAX_BYTES });
  app.use((context, next) => (context.req.path === PROMOTIONS_PATH ? ofPromotions : usual)(context, next));
  app.use(async (context, next) => {
    const given = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1] ?? '';
    if (!timingSafeEqual(Buffer.from(hashToken(given)), adminHash)) {
      return context.json({ error: 'Send the admin token of this data directory as a bearer token.' }, 401);
    }
    context.set('human', { name: null, roles: ROLES, proof: 'machine' });
    return next();
  });
  readinessRoute(app, premises);
  app.get('/v1/alive', (context) => context.json({ alive: true }));
  app.get('/v1/status', (context) => context.json(operations.status()));
  app.get('/v1/grants', (context) => context.json(operations.listGrants()));
  app.post('/v1/grants', async (context) => {
    const body = await parsed(context, grantRequest);
    return body.success ? answer(context, await operations.createGrant(body.data)) : malformed(context, body.error);
  });
  app.post('/v1/grants/:id/revoke', async (context) => {
    const body = await parsed(context, z.object({ by: z.string().min(1) }).strict());
    if (!body.success) return malformed(context, body.error);
    return answer(context, await operations.revokeGrant(context.req.param('id'), body.data.by));
  });
  app.post('/v1/agents/:agent/kill', async (context) => {
    const body = await parsed(context, named);
    if (!body.success) return malformed(context, body.error);
    return answer(context, await operations.kill(context.req.param('agent'), body.data.reason, body.data.by));
  });
  app.post('/v1/agents/:agent/resume', async (context) => {
    const body = await parsed(context, named);
    if (!body.success) return malformed(context, body.error);
    return answer(context, await operations.resume(context.req.param('agent'), body.data.reason, body.data.by));
  });
  app.post('/v1/erasures', async (context) => {
    const body = await parsed(context, erasure);
    if (!body.success) return malformed(context, body.error);
    return answer(
      context,
      await operations.erase(body.data.person, body.data.mentions, body.data.by, body.data.reason),
    );
  });
  holdRoutes(app, premises, lookUpHeld(premises.dir));
  app.post('/v1/calls/:call/assess', async (context) => {
    const body = await parsed(context, assessment);
    if (!body.success) return malformed(context, body.error);
    return answer(context, await operations.assess({ call: context.req.param('call'), ...body.data }));
  });
  standingRoutes(app, operations);
  liveRoutes(app, live);
  return app;
}

/** Listens on loopback. */
export function listenControl(
  app: OpenAPIHono<ControlEnv>,
  port: number,
): Promise<{ readonly server: ServerType; readonly url: string }> {
  return new Promise((resolve, reject) => {
    const connections = new Connections({ connectionsMax: CONNECTIONS_MAX, agentConnectionsMax: CONNECTIONS_MAX });
    const serverOptions = {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: 1_000,
    };
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port, serverOptions }, ({ port: taken }) => {
      server.off('error', reject);
      resolve({ server, url: `http://127.0.0.1:${taken}` });
    });
    server.on('connection', (socket: Socket) => connections.opened(socket));
    server.once('error', reject);
  });
}
