import { createRoute } from '@hono/zod-openapi';
import { Alive } from '../contract/acts.ts';
import { Status } from '../contract/status.ts';
import type { Premises } from '../premises.ts';
import { answers, asks, tell, type ControlApp } from './operation.ts';

const tags = ['door'];

const alive = createRoute({
  method: 'get',
  path: '/v1/alive',
  operationId: 'alive',
  tags,
  summary: 'Whether the door answers',
  ...asks('look'),
  responses: answers('It does.', Alive),
});

const status = createRoute({
  method: 'get',
  path: '/v1/status',
  operationId: 'status',
  tags,
  summary: 'What every agent is doing, as `interlock status` shows it',
  ...asks('look'),
  responses: answers('Now.', Status),
});

/** How the door is. */
export function statusRoutes(app: ControlApp, { operations }: Premises): void {
  app.openapi(alive, (context) => tell(context, Alive, { alive: true }));
  app.openapi(status, (context) => tell(context, Status, operations.status() as never));
}
