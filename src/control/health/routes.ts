import type { OpenAPIHono } from '@hono/zod-openapi';
import { may } from '../access/may.ts';
import type { ControlEnv } from '../access/human.ts';
import type { ReadyView } from '../contract/health.ts';
import { unready, type Vital } from './readiness.ts';

const HEADERS = { 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' };

/**
 * `/healthz`: the process answers. `/readyz`: it may have calls, as far as its journal is concerned. Both stand in front of
 * sign-in, for whoever starts processes and sends traffic, and say one word.
 */
export function healthRoutes(app: OpenAPIHono<ControlEnv>, vital: Vital): void {
  app.get('/healthz', () => new Response('ok\n', { headers: HEADERS }));
  app.get('/readyz', () => {
    const isReady = unready(vital).length === 0;
    return new Response(isReady ? 'ok\n' : 'not ready\n', { status: isReady ? 200 : 503, headers: HEADERS });
  });
}

/** The same, with its reasons, for those who may look. */
export function readinessRoute(app: OpenAPIHono<ControlEnv>, vital: Vital): void {
  app.get('/v1/ready', may('look'), (context) => {
    const reasons = [...unready(vital)];
    return context.json({ ready: reasons.length === 0, reasons } satisfies ReadyView);
  });
}
