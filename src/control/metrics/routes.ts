import type { ControlApp } from '../routes/operation.ts';
import { may } from '../access/may.ts';
import { exposition, formatFor } from './exposition.ts';
import type { Metrics } from './metrics.ts';

/** `GET /metrics`: everything that is counted and measured, for whoever may look, with a bearer token. */
export function metricsRoute(app: ControlApp, metrics: Metrics): void {
  app.get('/metrics', may('look'), async (context) => {
    const format = formatFor(context.req.header('accept'));
    const text = await exposition(await metrics.families(), format);
    return new Response(text, { headers: { 'content-type': format, 'cache-control': 'no-store', vary: 'accept' } });
  });
}
