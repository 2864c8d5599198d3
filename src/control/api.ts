import type { Socket } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { Connections } from '../door/intake/connections.ts';
import { hashToken } from '../door/judge/identify.ts';
import { entrance, type EntranceParts } from './access/entrance.ts';
import { strictHeaders } from './access/headers.ts';
import type { ControlEnv } from './access/human.ts';
import { healthRoutes, readinessRoute } from './health/routes.ts';
import type { Live } from './live/live.ts';
import { liveRoutes } from './live/routes.ts';
import type { Exposure } from './access/own-origin.ts';
import { Sessions } from './access/sessions.ts';
import { signInRoutes } from './access/sign-in.ts';
import { Throttle } from './access/throttle.ts';
import type { Metrics } from './metrics/metrics.ts';
import { metricsRoute } from './metrics/routes.ts';
import type { Lookups } from './lookup/lookups.ts';
import type { Premises } from './premises.ts';
import { pageRoutes } from './page/routes.ts';
import { agentRoutes } from './routes/agents.ts';
import { documentRoute } from './routes/document.ts';
import { erasureRoutes } from './routes/erasures.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { grantRoutes } from './routes/grants.ts';
import { historyRoutes } from './routes/history.ts';
import { holdRoutes } from './routes/holds.ts';
import { policyRoutes } from './routes/policy.ts';
import { PROMOTION_BODY_MAX_BYTES, PROMOTIONS_PATH, promotionRoutes } from './routes/promotions.ts';
import { reloadRoute } from './routes/reload.ts';
import { reviewRoutes } from './routes/reviews.ts';
import { rulePlaceRoute } from './routes/rule-place.ts';
import { statusRoutes } from './routes/status.ts';
import { userRoutes } from './routes/users.ts';
import type { ControlApp } from './routes/operation.ts';

export const BODY_MAX_BYTES = 65_536;
/** Its callers are on this machine and send a few hundred bytes. */
export const HEADERS_TIMEOUT_MS = 5_000;
export const REQUEST_TIMEOUT_MS = 10_000;
/** A tool that asks again within this finds its connection still there. */
export const KEEP_ALIVE_TIMEOUT_MS = 5_000;
/** With one more, the one that has rested longest gives way: whoever fills them all keeps no operator out. */
export const CONNECTIONS_MAX = 128;

/** What the control room has beside the door. */
export interface ControlParts {
  readonly live: Live;
  readonly metrics: Metrics;
  readonly lookups: Lookups;
}

/**
 * The control API, for humans and their tools. It has its own token and its own port, so that no agent reaches it by the
 * door; every answer that reports a change was durable before it was given.
 */
export function controlApi(
  premises: Premises,
  adminToken: string,
  { live, metrics, lookups }: ControlParts,
  exposure: Exposure = LOOPBACK,
): ControlApp {
  const app: ControlApp = new OpenAPIHono<ControlEnv>({
    defaultHook: (result, context) =>
      result.success ? undefined : context.json({ error: z.prettifyError(result.error) }, 400),
  });
  const entered = entering(premises, adminToken, exposure);
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
  app.use(strictHeaders(exposure.secure));
  // By whatever name they are asked: a probe comes by an address.
  healthRoutes(app, premises);
  app.use(entrance(entered));
  const usual = bounded(BODY_MAX_BYTES);
  const ofPromotions = bounded(PROMOTION_BODY_MAX_BYTES);
  app.use((context, next) => (context.req.path === PROMOTIONS_PATH ? ofPromotions : usual)(context, next));
  signInRoutes(app, entered);
  userRoutes(app, premises);
  readinessRoute(app, premises);
  agentRoutes(app);
  holdRoutes(app, premises, lookups);
  grantRoutes(app, premises);
  promotionRoutes(app);
  reviewRoutes(app, premises, lookups);
  historyRoutes(app, premises, lookups);
  evidenceRoutes(app, premises, lookups);
  policyRoutes(app, premises, lookups);
  erasureRoutes(app);
  reloadRoute(app);
  statusRoutes(app, premises);
  rulePlaceRoute(app, premises);
  liveRoutes(app, live);
  metricsRoute(app, metrics);
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

/** On this machine alone, by plain HTTP. */
const LOOPBACK: Exposure = { secure: false, names: [] };

/** Who is in, and how fast others may try. */
function entering(premises: Premises, adminToken: string, exposure: Exposure): EntranceParts {
  const { clock, users, log } = premises;
  const sessions = new Sessions(clock, users);
  // As soon as the change is one: the journal hears of it first.
  log.listen((entry) => {
    if (entry.kind === 'user') setImmediate(() => sessions.sweep());
  });
  return { premises, sessions, throttle: new Throttle(clock), exposure, adminHash: hashToken(adminToken) };
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
