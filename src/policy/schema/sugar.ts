import { z } from 'zod';
import { PolicySchema } from '../schema.ts';
import { Agent } from './agent.ts';
import { Id } from './text.ts';

/** The keys that exist for the author only; `expand/` writes out what they stand for before the schema is asked. */
export const AUTHORS_KEYS = {
  policy: ['include', 'groups', 'templates', 'defaults'],
  agent: ['extends'],
  rule: ['group'],
} as const;

export const GroupName = Id.meta({
  description: 'A name in `groups`: the rule concerns those of its routes that the agent may call.',
  examples: ['refunds'],
});

/**
 * Kinds of rules whose form names one route and no list of them (`once`): over a group, each of its routes gets a rule of
 * its own.
 */
export const OF_ONE_ROUTE: ReadonlySet<string> = new Set(
  Object.entries(Agent.shape)
    .filter(([, form]) => isOfOneRoute(form))
    .map(([kind]) => kind),
);

function isOfOneRoute(form: z.ZodType): boolean {
  const list = form instanceof z.ZodDefault || form instanceof z.ZodOptional ? form.unwrap() : form;
  const rule = list instanceof z.ZodArray ? list.element : undefined;
  return rule instanceof z.ZodObject && 'route' in rule.shape && !('routes' in rule.shape);
}

const PartialAgent = Agent.partial()
  .extend({
    extends: z
      .union([Id, z.array(Id)])
      .optional()
      .meta({
        description: 'Templates or other agents that it builds on. Lists are put together; else the nearest counts.',
        examples: ['careful', ['careful', 'looks-up']],
      }),
  })
  .meta({ description: 'Who calls, and within what bounds; some of it may be inherited.' });

/** The policy as its author may write it. INVARIANT: what it accepts beyond {@link PolicySchema}, `expand/` resolves. */
export const AuthoredPolicySchema = PolicySchema.partial({ upstreams: true, routes: true, agents: true })
  .extend({
    include: z
      .array(z.string())
      .optional()
      .meta({
        description: 'Files beside or below this one whose sections are merged into it. They include no others.',
        examples: [['./routes.yaml']],
      }),
    groups: z
      .record(Id, z.array(Id).min(1))
      .optional()
      .meta({
        description: 'Names for several routes, for `group:` in `allow` and in rules.',
        examples: [{ refunds: ['create_refund', 'cancel_refund'] }],
      }),
    templates: z.record(Id, PartialAgent).optional().meta({ description: 'Partial agents, by name, for `extends:`.' }),
    defaults: PartialAgent.omit({ extends: true }).optional().meta({
      description: "What every agent begins with. Rules that concern none of an agent's routes are left out.",
    }),
    agents: z.record(Id, PartialAgent).optional().meta({ description: 'Agents, by name.' }),
  })
  .meta(PolicySchema.meta() ?? {});
