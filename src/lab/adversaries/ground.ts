import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import type { Effect } from '../../engine/call.ts';
import type { Agent, Route } from '../../engine/policy.ts';
import type { LoadedPolicy, Price } from '../../policy/index.ts';
import type { FieldForm } from '../world/world.ts';
import type { ProbeRequest } from '../probe/course.ts';
import type { Field } from '../probe/field.ts';
import { amountsOf, currenciesOf } from './ground/amounts.ts';
import { limitsOf } from './ground/limits.ts';
import { operationsOf } from './ground/operations.ts';
import { startsOf } from './ground/starts.ts';

/** What an adversary knows before it begins: the policy under probe, and the businesses as they stand. */
export interface Ground {
  readonly loaded: LoadedPolicy;
  readonly agents: readonly Agent[];
  /** Everything an agent could try: the policy's routes, and operations of the world that the policy has no route for. */
  readonly operations: readonly Operation[];
  /** Ids that the world had at the start, by kind. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** Instants at which a run may begin: an ordinary one first, then just before what is special (midnights, DST, window edges). */
  readonly starts: readonly Instant[];
  /** Amounts in micro-units around which limits lie (collars, thresholds, budgets), ascending, by currency; to go one below and above. */
  readonly amounts: Readonly<Record<string, readonly bigint[]>>;
  /** Durations around which limits lie (windows, max ages), ascending, in milliseconds. */
  readonly spansMs: readonly number[];
}

/** One operation and how to call it. */
export interface Operation {
  /** `null`: the policy has no route for it. */
  readonly route: Route | null;
  /** The agents that may call it. */
  readonly allowed: readonly Agent[];
  readonly effect: Effect;
  readonly upstream: string;
  readonly method: string;
  /** `/v1/charges/{id}` */
  readonly template: string;
  readonly encoding: 'form' | 'json';
  /** By place: `id` (of the path), `query.limit`, `body.charge`, `header.idempotency-key`. */
  readonly fields: Readonly<Record<string, FieldForm>>;
  /** Where its subject's id stands, where that is one field: `body.charge`. */
  readonly subjectAt: string | undefined;
  readonly amountAt: string | undefined;
  readonly currencyAt: string | undefined;
  readonly price: Price | undefined;
}

/** Writes a request of an operation with these values by place; a field without a value is left out. */
export type WriteRequest = (operation: Operation, values: Readonly<Record<string, Json>>) => ProbeRequest;

/** The ground of a probe: made once, read by every adversary. */
export function groundOf(field: Field): Ground {
  const { loaded, startsAt } = field;
  const limits = limitsOf(loaded);
  const ids = idsOf(field);
  const operations = operationsOf(field, ids, currenciesOf(loaded, limits.money));
  return {
    loaded,
    agents: [...loaded.policy.agents.values()],
    operations,
    ids,
    starts: startsOf(startsAt, limits.timeZones),
    amounts: amountsOf(loaded, operations, limits.money),
    spansMs: limits.spansMs,
  };
}

/** Of all businesses together. */
function idsOf({ worlds }: Field): Ground['ids'] {
  const all = new Map<string, string[]>();
  for (const { asItStands } of worlds.values()) {
    for (const [kind, ids] of Object.entries(asItStands.ids())) all.set(kind, [...(all.get(kind) ?? []), ...ids]);
  }
  return Object.fromEntries(all);
}
