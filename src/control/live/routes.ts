import type { ServerResponse } from 'node:http';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ControlEnv } from '../access/human.ts';
import { may } from '../access/may.ts';
import { WATCHERS_MAX } from './feed.ts';
import type { Live } from './live.ts';

/** What happens now: once, and as it happens. */
export function liveRoutes(app: OpenAPIHono<ControlEnv>, live: Live): void {
  app.get('/v1/overview', may('look'), (context) => {
    return context.body(live.json(), 200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  });
  app.get('/v1/live', may('look'), (context) => {
    // Absent where no server is there, as in a test of the routes alone.
    const outgoing = (context.env as { outgoing?: ServerResponse } | undefined)?.outgoing;
    const ended = context.get('ended');
    const watcher = live.watch(context.req.query('all') === '1', {
      cut: () => void (outgoing?.writableFinished === false && outgoing.destroy()),
      onGone: () => ended?.removeEventListener('abort', leave),
    });
    if (watcher === undefined) {
      const error = `Refused: ${WATCHERS_MAX} streams are open already. Close a page that nobody looks at, or ask \`GET /v1/overview\`.`;
      return context.json({ error }, 503);
    }
    const leave = (): void => watcher.leave(ended?.reason === 'expired' ? 'expired' : 'signed_out');
    if (ended?.aborted === true) leave();
    else ended?.addEventListener('abort', leave, { once: true });
    return context.body(watcher.stream, 200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
  });
}
