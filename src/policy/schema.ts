import { z } from 'zod';
import { Agent } from './schema/agent.ts';
import { Baselines } from './schema/baselines.ts';
import { Checkpoints } from './schema/checkpoints.ts';
import { Never } from './schema/never.ts';
import { Notify } from './schema/notify.ts';
import { OnDiskFull } from './schema/on-disk-full.ts';
import { Promotion } from './schema/promotion.ts';
import { Shadow } from './schema/answer.ts';
import { Route } from './schema/route.ts';
import { SharedBudget } from './rules/budget.ts';
import { Id } from './schema/text.ts';
import { Upstream } from './schema/upstream.ts';

/** The policy file as its author writes it. What its parts mean together is checked in `semantics/`. */
export const PolicySchema = z
  .strictObject({
    version: z.literal(1, { error: '1' }).meta({ description: "The format's version.", examples: [1] }),
    environment: Id.default('default').meta({
      description: 'Which environment it is for. A grant works in its own environment only.',
      examples: ['production'],
    }),
    upstreams: z.record(Id, Upstream).meta({ description: 'Business APIs, by name. The name is the path prefix.' }),
    routes: z.record(Id, Route).meta({ description: 'Operations, by name.' }),
    agents: z.record(Id, Agent).meta({ description: 'Agents, by name.' }),
    baselines: Baselines.default({}),
    budgets: z.array(SharedBudget).default([]).meta({ description: 'Budgets over all agents together.' }),
    never: z.array(Never).default([]).meta({
      description:
        'What must never happen, whatever the rules above say: `interlock probe` searches for a way to it. No call is refused by it.',
    }),
    notify: Notify,
    shadow: Shadow.optional(),
    checkpoints: Checkpoints.optional(),
    promotion: Promotion.optional(),
    onDiskFull: OnDiskFull.default({ reads: 'refuse' }),
  })
  .meta({
    title: 'Interlock policy',
    description:
      'What AI agents may do on business APIs: https://json-schema.org/draft/2020-12/schema of interlock.yaml.',
  });

export type PolicyFile = z.infer<typeof PolicySchema>;
