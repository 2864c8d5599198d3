import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { Assessed, Assessment } from '../contract/acts.ts';
import { ReviewQueue } from '../contract/lookups.ts';
import type { Lookups } from '../lookup/lookups.ts';
import type { Premises } from '../premises.ts';
import { lookedUp } from './looked-up.ts';
import { speaker } from '../access/human.ts';
import { acts, answers, asks, inTheNameOf, json, refuse, type ControlApp } from './operation.ts';

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

const queue = createRoute({
  method: 'get',
  path: '/v1/reviews',
  operationId: 'reviewQueue',
  tags: ['reviews'],
  summary: 'Decisions that wait for this reviewer, as `interlock review` has them',
  description:
    'The same draw in the same order. Nothing is told of what others think until one has said so oneself. Personal data stands in clear where it was not erased: a person must see what there is to judge.',
  ...asks('assess'),
  request: {
    query: z.strictObject({
      agent: z.string().optional().meta({ description: 'Of one agent; without it, of all.' }),
      limit: z.coerce.number().int().min(1).max(50).default(20).meta({ description: 'How many to tell whole.' }),
      second: z
        .literal('true')
        .optional()
        .meta({ description: 'Only what others have judged and this reviewer has not: a second, blind opinion.' }),
      by: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .meta({ description: 'Who reviews; left out by whoever has signed in.', examples: ['ann'] }),
    }),
  },
  responses: answers('What is left, the first of it whole.', ReviewQueue, 400, 404, 504),
});

/** What people think of what agents did. */
export function reviewRoutes(app: ControlApp, premises: Premises, lookups: Lookups): void {
  app.openapi(queue, (context) => {
    const { agent = null, limit, second, by: given } = context.req.valid('query');
    const by = speaker(context.get('human'), given);
    if (!by.ok) return refuse(context, given === undefined ? 400 : 403, by.failure);
    return lookedUp(context, premises, lookups, {
      kind: 'review',
      agent,
      by: by.value.trim(),
      limit,
      second: second === 'true',
    });
  });
  app.openapi(assess, (context) => {
    const { by: given, ...opinion } = context.req.valid('json');
    const { call } = context.req.valid('param');
    return inTheNameOf(context, given, Assessed, (by, operations) => operations.assess({ call, by, ...opinion }));
  });
}
