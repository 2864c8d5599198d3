import { z } from 'zod';
import { Approval } from '../rules/approval.ts';
import { Backoff } from '../rules/backoff.ts';
import { Budget } from '../rules/budget.ts';
import { Collar } from '../rules/collar.ts';
import { Fresh } from '../rules/fresh.ts';
import { Inflight } from '../rules/inflight.ts';
import { Once } from '../rules/once.ts';
import { Payment } from '../rules/payment.ts';
import { Provenance } from '../rules/provenance.ts';
import { Rate } from '../rules/rate.ts';
import { Segment } from '../rules/segment.ts';
import { Trigger } from '../rules/trigger.ts';
import { Volume } from '../rules/volume.ts';
import { Identity } from './identity.ts';
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

const Resume = z
  .strictObject({
    people: z
      .union([z.literal(1), z.literal(2)], { error: '1 or 2' })
      .meta({ description: 'How many different people must resume it after a freeze.', examples: [2] }),
  })
  .meta({ description: 'Who may end a freeze of this agent. Absent: one named person.' });

export const Agent = z
  .strictObject({
    stage: z.enum(['sandbox', 'staging', 'shadow', 'limited', 'production']).meta({
      description:
        'Where in its rollout it is. Staging and shadow send no write in this version; limited sends those inside a `segment`.',
      examples: ['sandbox'],
    }),
    identity: Identity.optional(),
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
    fresh: z.array(Fresh).default([]),
    backoff: z.array(Backoff).default([]),
    inflight: Inflight.optional().meta({ description: 'Most calls under way at a time.', examples: [5] }),
    volume: z.array(Volume).default([]),
    triggers: z.array(Trigger).default([]),
    approval: z.array(Approval).default([]),
    provenance: z.array(Provenance).default([]),
    segment: z.array(Segment).default([]),
    payment: z.array(Payment).default([]),
    resume: Resume.optional(),
  })
  .meta({ description: 'Who calls, and within what bounds.' });

export type AgentFile = z.infer<typeof Agent>;
