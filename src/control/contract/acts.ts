import { z } from 'zod';

/** `POST /v1/agents/:agent/kill`, once the freeze is durable. */
export const Killed = z.strictObject({
  /** The calls that were in flight, and are not any more: whether they took effect upstream, nobody knows yet. */
  severed: z.array(z.string()),
});
export type Killed = z.infer<typeof Killed>;

/** `POST /v1/kill`: every agent at once. */
export const KilledAll = z.strictObject({
  agents: z.array(z.strictObject({ agent: z.string(), severed: z.array(z.string()) })),
});
export type KilledAll = z.infer<typeof KilledAll>;

/** `POST /v1/agents/:agent/resume`. Instants are milliseconds since 1970. */
export const Resumed = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('resumed'), frozenSince: z.number().int(), people: z.array(z.string()) }),
  /** It stays frozen: a second person must say the same before `until`. */
  z.strictObject({
    kind: z.literal('assented'),
    frozenSince: z.number().int(),
    by: z.string(),
    until: z.number().int(),
  }),
]);
export type Resumed = z.infer<typeof Resumed>;

/** Every answer that is none: what failed, on what, why, and the next step. */
export const Refusal = z.object({ error: z.string() });
export type Refusal = z.infer<typeof Refusal>;
