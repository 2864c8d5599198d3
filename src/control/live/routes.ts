import type { ServerResponse } from 'node:http';
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { Overview } from '../contract/overview.ts';
import { answers, asks, refuse, type ControlApp } from '../routes/operation.ts';
import type { Live } from './live.ts';

const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

const tags = ['now'];

const look = createRoute({
  method: 'get',
  path: '/v1/overview',
  operationId: 'overview',
  tags,
  summary: 'What everybody does now: the whole first look',
  ...asks('look'),
  responses: answers('Now.', Overview),
});

const watch = createRoute({
  method: 'get',
  path: '/v1/live',
  operationId: 'live',
  tags,
  summary: 'What happens, as it happens',
  description:
    'Server-sent events: `overview` at the beginning, once a second while anything changes, and at once after a stop, a return to work, a held call, a review or a change of stage; `calls` four times a second at most, in a flood a sample; `beat` every two seconds; `bye` before the end.',
  ...asks('look'),
  request: {
    query: z.strictObject({
      all: z
        .literal('1')
        .optional()
        .meta({ description: 'Every call instead of a sample; `seen` says of how many, where not all could be told.' }),
    }),
  },
  responses: {
    ...answers('Events.', z.string()),
    200: { description: 'Events, until `bye`.', content: { 'text/event-stream': { schema: z.string() } } },
  },
});

/** What happens now: once, and as it happens. */
export function liveRoutes(app: ControlApp, live: Live): void {
  app.openapi(
    look,
    (context) =>
      context.body(live.json(), 200, { 'content-type': 'application/json', 'cache-control': 'no-store' }) as never,
  );
  app.openapi(watch, (context) => {
    // Nobody takes what a HEAD would be told, and nobody would ever be seen to leave.
    if (context.req.method === 'HEAD') return context.body(null, 200, STREAM_HEADERS);
    // Absent where no server is there, as in a test of the routes alone.
    const outgoing = (context.env as { outgoing?: ServerResponse } | undefined)?.outgoing;
    const ended = context.get('ended');
    const watcher = live.watch(context.req.valid('query').all === '1', {
      whose: context.get('human').name,
      cut: () => void (outgoing?.writableFinished === false && outgoing.destroy()),
      onGone: () => ended?.removeEventListener('abort', leave),
    });
    if ('kind' in watcher) {
      const whose = watcher.kind === 'own' ? ' in your name' : '';
      const error = `Refused: ${watcher.most} streams are open${whose} already. Close a page that nobody looks at, or ask \`GET /v1/overview\`.`;
      return refuse(context, 503, error);
    }
    const leave = (): void => watcher.leave(ended?.reason === 'expired' ? 'expired' : 'signed_out');
    if (ended?.aborted === true) leave();
    else ended?.addEventListener('abort', leave, { once: true });
    return context.body(watcher.stream, 200, STREAM_HEADERS);
  });
}
