import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { assert } from '../std/assert.ts';
import { hashToken } from '../door/judge/identify.ts';
import { entrance, OPEN, type EntranceParts } from './access/entrance.ts';
import { strictHeaders } from './access/headers.ts';
import type { ControlEnv } from './access/human.ts';
import { routesOf } from './access/may.ts';
import { healthRoutes, readinessRoute } from './health/routes.ts';
import type { Live } from './live/live.ts';
import { liveRoutes } from './live/routes.ts';
import { IdentityProvider, type OidcSettings } from './access/oidc.ts';
import { oidcRoutes } from './access/oidc-routes.ts';
import type { Exposure } from './access/own-origin.ts';
import { ErrandSeal } from './access/sealed-errand.ts';
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
  { exposure = LOOPBACK, oidc = null }: Access = {},
): ControlApp {
  const app: ControlApp = new OpenAPIHono<ControlEnv>({
    defaultHook: (result, context) =>
      result.success ? undefined : context.json({ error: z.prettifyError(result.error) }, 400),
  });
  const entered = entering(premises, adminToken, exposure, oidc);
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
  if (entered.provider !== null) oidcRoutes(app, entered, entered.provider, new ErrandSeal(premises.clock));
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
  refuseUnguarded(app);
  return app;
}

/** A route that anybody may use for want of a word is a fault of ours; no door opens with one. */
function refuseUnguarded(app: ControlApp): void {
  const unguarded = routesOf(app.routes)
    .map(({ method, path, action }) => ({ route: `${method} ${path}`, action }))
    .filter(({ route, action }) => action === undefined && !OPEN.has(route) && !/^GET \/(healthz|readyz)$/.test(route))
    .map(({ route }) => route);
  assert(unguarded.length === 0, `every route of the control API says who may use it; not so ${unguarded.join(', ')}`);
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

/** How people come in, beside their own tokens and the machine's. */
export interface Access {
  /** Default: on this machine alone, by plain HTTP. */
  readonly exposure?: Exposure;
  /** Who vouches for them. */
  readonly oidc?: OidcSettings | null;
}

/** On this machine alone, by plain HTTP. */
const LOOPBACK: Exposure = { secure: false, names: [] };

/** Who is in, and how fast others may try. */
function entering(
  premises: Premises,
  adminToken: string,
  exposure: Exposure,
  oidc: OidcSettings | null,
): EntranceParts {
  const { clock, users, log } = premises;
  const sessions = new Sessions(clock, users);
  // As soon as the change is one: the journal hears of it first.
  log.listen((entry) => {
    if (entry.kind === 'user') setImmediate(() => sessions.sweep());
  });
  const provider = oidc === null ? null : new IdentityProvider(oidc);
  const adminHash = hashToken(adminToken);
  return {
    premises,
    sessions,
    throttle: new Throttle(clock),
    callbacks: new Throttle(clock),
    exposure,
    provider,
    adminHash,
  };
}
