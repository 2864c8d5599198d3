import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { Connections } from '../door/intake/connections.ts';
import { hashToken } from '../door/judge/identify.ts';
import type { ControlEnv } from './access/human.ts';
import { ROLES } from './contract/roles.ts';
import { healthRoutes, readinessRoute } from './health/routes.ts';
import type { Live } from './live/live.ts';
import { liveRoutes } from './live/routes.ts';
import type { Premises } from './premises.ts';
import { pageRoutes } from './page/routes.ts';
import { agentRoutes } from './routes/agents.ts';
import { documentRoute } from './routes/document.ts';
import { erasureRoutes } from './routes/erasures.ts';
import { grantRoutes } from './routes/grants.ts';
import { holdRoutes, lookUpHeld } from './routes/holds.ts';
import { PROMOTION_BODY_MAX_BYTES, PROMOTIONS_PATH, promotionRoutes } from './routes/promotions.ts';
import { reviewRoutes } from './routes/reviews.ts';
import { statusRoutes } from './routes/status.ts';
import type { ControlApp } from './routes/operation.ts';

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
export function controlApi(premises: Premises, adminToken: string, live: Live): ControlApp {
  const app: ControlApp = new OpenAPIHono<ControlEnv>({
    defaultHook: (result, context) =>
      result.success ? undefined : context.json({ error: z.prettifyError(result.error) }, 400),
  });
  const adminHash = Buffer.from(hashToken(adminToken));
  app.onError((error, context) =>
    error instanceof HTTPException
      ? context.json({ error: MISREAD[error.status] ?? error.message }, error.status)
      : context.json({ error: `Failed, and nothing was confirmed: ${error.message}` }, 503),
  );
  app.notFound((context) =>
    context.json(
      { error: `There is no ${context.req.method} ${context.req.path}: GET /v1/openapi.json has them all.` },
      404,
    ),
  );
  healthRoutes(app, premises);
  const usual = bounded(BODY_MAX_BYTES);
  const ofPromotions = bounded(PROMOTION_BODY_MAX_BYTES);
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
  agentRoutes(app, premises);
  holdRoutes(app, premises, lookUpHeld(premises.dir));
  grantRoutes(app, premises);
  promotionRoutes(app, premises);
  reviewRoutes(app, premises);
  erasureRoutes(app, premises);
  statusRoutes(app, premises);
  liveRoutes(app, live);
  documentRoute(app);
  pageRoutes(app);
  return app;
}

/** What a request that could not be read is told. */
const MISREAD: Readonly<Record<number, string>> = {
  400: 'The body is not JSON.',
  415: 'Send JSON, and say so: content-type: application/json.',
};

function bounded(maxSize: number) {
  const error = `The body is longer than ${maxSize} bytes, which nothing here reads.`;
  return bodyLimit({ maxSize, onError: (context) => context.json({ error }, 413) });
}

/** Listens on loopback. */
export function listenControl(
  app: ControlApp,
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
