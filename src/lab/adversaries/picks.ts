import fc, { type Arbitrary } from 'fast-check';
import type { Fault } from '../world/faults.ts';
import { errandOf, NEWEST, type Errand } from './errand.ts';
import { VARIANT_ALL } from './fill.ts';
import type { Ground, Operation } from './ground.ts';

/**
 * What moves are made of. All of it is built once per probe from small whole numbers that shrink to 0, where 0 is the simplest:
 * the first id, the least amount, the first token, no fault, no wait.
 */

/** Runs meet where few things are: on more ids than these, two moves would seldom touch the same one. */
const IDS_MET = 4;
const AMOUNTS_MAX = 255;

/** An operation is drawn so much more often than a read. */
const WEIGHTS = { money: 6, destructive: 4, write: 3, read: 1 } as const;
const GRAVEST_FIRST = ['money', 'destructive', 'write', 'read'] as const;

/** Those that do something, the gravest first; what nobody may call is tried too, seldom. */
export function weighted(operations: readonly Operation[]): readonly Operation[] {
  const rank = ({ effect }: Operation): number => GRAVEST_FIRST.indexOf(effect);
  return operations
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap((one) => Array.from({ length: one.allowed.length === 0 ? 1 : WEIGHTS[one.effect] }, () => one));
}

/** What changes something and that somebody may call. */
export function writesOf({ operations }: Ground): readonly Operation[] {
  return operations.filter(({ effect, allowed }) => effect !== 'read' && allowed.length > 0);
}

/** A call of one of these operations: by whom, of what, how much. */
export function errands(ground: Ground, operations: readonly Operation[]): Arbitrary<Errand> {
  const drawn = weighted(operations);
  const who = fc.nat({ max: 3 });
  // The last one stands for the newest of its kind.
  const subject = fc.nat({ max: IDS_MET });
  return fc
    .tuple(fc.nat({ max: drawn.length - 1 }), who, subject, fc.nat({ max: VARIANT_ALL }), fc.nat({ max: AMOUNTS_MAX }))
    .map(([at, by, id, variant, amount]) =>
      errandOf(ground, drawn[at] as Operation, {
        agent: by >> 1,
        token: by & 1,
        session: 0,
        subject: id === IDS_MET ? NEWEST : id,
        variant,
        amount,
      }),
    );
}

/** How often something is done: mostly a few times, now and then more often than any honest agent would. */
export function times(max: number): Arbitrary<number> {
  return fc.oneof(
    { arbitrary: fc.integer({ min: 1, max: Math.min(8, max) }), weight: 7 },
    { arbitrary: fc.integer({ min: 1, max }), weight: 1 },
  );
}

/** One of a list, the simplest of which stands first. */
export function among<One>(list: readonly One[]): Arbitrary<One> {
  return fc.nat({ max: list.length - 1 }).map((at) => list[at] as One);
}

/**
 * Faults after which a client does not know what became of its call, the simplest first. None of them lets the business act
 * after the door has given up: nothing that only counts money can hold then, so it says nothing of a policy.
 */
export const LOSSES: readonly Fault[] = [
  { kind: 'reset', when: 'after' },
  { kind: 'crash', when: 'after' },
  { kind: 'hang', commit: true },
  { kind: 'reset', when: 'during' },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 429, retryAfterS: 1 },
  { kind: 'crash', when: 'before' },
  { kind: 'hang', commit: false },
  { kind: 'reset', when: 'before' },
];

export const losses: Arbitrary<Fault> = among(LOSSES);

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long to wait: not at all, a moment, or about as long as some rule looks back. */
export function waits({ spansMs }: Ground): Arbitrary<number> {
  const edges = spansMs.flatMap((ms) => [ms, ms - 1, ms + 1]);
  return among([...new Set([0, 1, SECOND_MS, MINUTE_MS, HOUR_MS, ...edges, DAY_MS])]);
}
