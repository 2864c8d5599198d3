import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { Assessed, Assessment } from '../contract/acts.ts';
import { acts, asks, inTheNameOf, json, type ControlApp } from './operation.ts';

const assess = createRoute({
  method: 'post',
  path: '/v1/calls/{call}/assess',
  operationId: 'assess',
  tags: ['reviews'],
  summary: 'Put on record what a reviewer thinks of a call',
  description: 'It changes no decision. Whoever counts opinions leaves out those of calls that never were.',
  ...asks('assess'),
  request: {
    params: z.strictObject({ call: z.string().meta({ description: 'By its id.', examples: ['call_3f1c'] }) }),
    body: json(Assessment),
  },
  responses: acts('It is on record.', Assessed),
});

/** What people think of what agents did. */
export function reviewRoutes(app: ControlApp): void {
  app.openapi(assess, (context) => {
    const { by: given, ...opinion } = context.req.valid('json');
    const { call } = context.req.valid('param');
    return inTheNameOf(context, given, Assessed, (by, operations) => operations.assess({ call, by, ...opinion }));
  });
}
