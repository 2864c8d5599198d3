import { z } from 'zod';
import { Budget, Collar, Inflight, Once, Rate, Trigger } from './rules.ts';
import { Id } from './text.ts';

/** A condition longer than this belongs into two routes or two agents. */
const CONDITION_LENGTH_MAX = 4_000;

const Allowance = z.union(
  [
    Id,
    z.strictObject({
      route: Id.meta({ description: 'The route it may call.', examples: ['create_refund'] }),
      when: z
        .string({ error: 'a CEL expression in quotes: "body.amount <= 20000"' })
        .min(1)
        .max(CONDITION_LENGTH_MAX)
        .optional()
        .meta({
          description:
            'A CEL expression over method, params, query, body, headers, agent and task. ' +
            'Several entries of one route: any of them suffices. ' +
            'Values of a form body are strings (write `int(body.count)`), except the field of `amount.minor`. ' +
            'An expression that cannot be evaluated denies.',
          examples: ['body.amount <= 20000'],
        }),
    }),
  ],
  { error: 'a route, or { route, when }' },
);

export const Agent = z
  .strictObject({
    stage: z.enum(['sandbox', 'staging', 'shadow', 'limited', 'production']).meta({
      description: 'Where in its rollout it is. Staging, shadow and limited send no write in this version.',
      examples: ['sandbox'],
    }),
    allow: z
      .array(Allowance)
      .min(1, { error: 'at least one route' })
      .meta({
        description: 'What it may call. Everything else is denied.',
        examples: [['get_charge', { route: 'create_refund', when: 'body.amount <= 20000' }]],
      }),
    collar: z.array(Collar).default([]),
    rates: z.array(Rate).default([]),
    budgets: z.array(Budget).default([]),
    once: z.array(Once).default([]),
    inflight: Inflight.optional().meta({ description: 'Most calls under way at a time.', examples: [5] }),
    triggers: z.array(Trigger).default([]),
  })
  .meta({ description: 'Who calls, and within what bounds.' });

export type AgentFile = z.infer<typeof Agent>;
