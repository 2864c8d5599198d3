import { z } from 'zod';
import { STAGES } from './overview.ts';

/** What people do to agents, calls and people's data: what is said, and what comes back. */

/** Milliseconds since 1970, in UTC. */
const Instant = z.number().int();

/** In whose name; whoever has signed in leaves it out. */
const By = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .meta({
    description:
      'In whose name it goes on record. Left out by whoever has signed in; needed with the token of the data directory, which names nobody.',
    examples: ['ann'],
  });

const Reason = z
  .string()
  .min(1)
  .max(1_000)
  .meta({ description: 'Why, for the record.', examples: ['it refunds the same charge again and again'] });

const Agent = z.string().meta({ description: 'An agent of the policy.', examples: ['refunds-bot'] });
const Call = z.string().meta({ description: 'A call, by its id.', examples: ['call_3f1c'] });

/** `{ "error": "…" }`: what failed, on what, why, and the next step. */
export const Refusal = z
  .strictObject({ error: z.string().meta({ description: 'What failed, on what, why, and the next step.' }) })
  .meta({ id: 'Refusal', description: 'Why a request was refused. Nothing was done.' });
export type Refusal = z.infer<typeof Refusal>;

export const Alive = z.strictObject({ alive: z.literal(true) }).meta({ id: 'Alive' });

/** Who did something, and why. */
export const Word = z.strictObject({ reason: Reason, by: By }).meta({ id: 'Word', description: 'Who, and why.' });
export const Signature = z.strictObject({ by: By }).meta({ id: 'Signature', description: 'Who.' });

/** `POST /v1/agents/{agent}/kill`, once the freeze is durable. */
export const Killed = z
  .strictObject({
    severed: z.array(z.string()).meta({ description: 'Calls that were in flight; nobody knows what became of them.' }),
  })
  .meta({ id: 'Killed' });
export type Killed = z.infer<typeof Killed>;

/** `POST /v1/kill`: every agent at once. */
export const KilledAll = z
  .strictObject({ agents: z.array(z.strictObject({ agent: Agent, severed: z.array(z.string()) })) })
  .meta({ id: 'KilledAll', description: 'Every agent of the policy is stopped.' });
export type KilledAll = z.infer<typeof KilledAll>;

export const Frozen = z.strictObject({ agent: Agent, at: Instant }).meta({ id: 'Frozen' });

export const Resumed = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('resumed'), frozenSince: Instant, people: z.array(z.string()) }),
    z.strictObject({ kind: z.literal('assented'), frozenSince: Instant, by: z.string(), until: Instant }),
  ])
  .meta({
    id: 'Resumed',
    description: '`resumed`: it works again. `assented`: its policy asks for two people, and another must say so too.',
  });
export type Resumed = z.infer<typeof Resumed>;

export const Stood = z
  .strictObject({
    agent: Agent,
    before: z.enum(STAGES),
    stage: z.enum(STAGES),
    step: z.number().int().nullable().meta({ description: 'Of a ramp: which step, from 1.' }),
    until: Instant.nullable().meta({ description: 'When that ends by itself; null: it needs no proof for this.' }),
  })
  .meta({ id: 'Stood', description: 'Where an agent stands now.' });

export const Admitted = Stood.extend({ promotion: z.string() }).meta({ id: 'Admitted' });

export const Promotion = z
  .strictObject({
    envelope: z.string().meta({ description: 'The file that `interlock gate` signed, as it is.' }),
    by: By,
  })
  .meta({ id: 'Promotion' });

export const Revocation = z
  .strictObject({ agent: Agent, reason: Reason, by: By })
  .meta({ id: 'Revocation', description: 'Whose promotion it is, who takes it back, and why.' });

export const Emergency = z
  .strictObject({
    stage: z.string().meta({ description: 'How far it may work meanwhile.', examples: ['limited'] }),
    lastsMs: z
      .number()
      .int()
      .positive()
      .meta({ description: 'For how long; a day at most.', examples: [7_200_000] }),
    reason: Reason,
    by: By,
  })
  .meta({ id: 'Emergency' });

export const Reviewed = z
  .strictObject({
    call: Call,
    agent: Agent,
    approved: z.boolean(),
    expiresAt: z.string().meta({ description: 'Until when the call may be repeated, or stays refused.' }),
  })
  .meta({ id: 'Reviewed' });

const Opinion = z.enum(['sane', 'wrong', 'unsure']);

export const Assessment = z
  .strictObject({
    agent: z.string().meta({ description: 'Whose call it is, as the journal says.', examples: ['refunds-bot'] }),
    opinion: Opinion,
    reason: z.string().meta({ description: 'Why, for the record.', examples: ['the customer had asked for it'] }),
    by: By,
  })
  .meta({ id: 'Assessment', description: 'What a reviewer thinks of a call. It changes no decision.' });

export const Assessed = z.strictObject({ call: Call, opinion: Opinion, by: z.string() }).meta({ id: 'Assessed' });

export const Erasure = z
  .strictObject({
    person: z
      .string()
      .min(1)
      .max(1_000)
      .meta({ description: 'As the policy names a person.', examples: ['customer:cus_1'] }),
    mentions: z
      .array(z.string().max(1_000))
      .max(20)
      .default([])
      .meta({
        description: 'Texts that tell of this person in what is kept of others.',
        examples: [['ann@example.com']],
      }),
    reason: Reason,
    by: By,
  })
  .meta({ id: 'Erasure' });

export const Erased = z
  .strictObject({ keys: z.number().int(), values: z.number().int(), others: z.number().int() })
  .meta({
    id: 'Erased',
    description: 'Keys and sealed values that are no more, and values of others that mentioned this person.',
  });
