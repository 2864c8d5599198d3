import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { ControlEnv } from '../access/human.ts';
import { ReadyView } from '../contract/health.ts';
import { answers, asks, tell, type ControlApp } from '../routes/operation.ts';
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

const ready = createRoute({
  method: 'get',
  path: '/v1/ready',
  operationId: 'ready',
  tags: ['door'],
  summary: 'Whether the door should be sent calls, and why not',
  ...asks('look'),
  responses: answers('With its reasons; `/readyz` says the same in one word, to everybody.', ReadyView),
});

/** The same, with its reasons, for those who may look. */
export function readinessRoute(app: ControlApp, vital: Vital): void {
  app.openapi(ready, (context) => {
    const reasons = [...unready(vital)];
    return tell(context, ReadyView, { ready: reasons.length === 0, reasons });
  });
}
