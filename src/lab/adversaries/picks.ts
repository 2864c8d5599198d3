import fc, { type Arbitrary } from 'fast-check';
import type { Fault } from '../world/faults.ts';
import type { Errand } from './errand.ts';
import { errandOf } from './errand.ts';
import type { Ground, Operation } from './ground.ts';

/**
 * What moves are made of. All of it is built once per probe from small whole numbers that shrink to 0, where 0 is the simplest:
 * the first id, the least amount, the first token, no fault, no wait.
 */

/** Runs meet where few things are: on more ids than these, two moves would seldom touch the same one. */
const IDS_MET = 4;
const VARIANTS = 6;

/** An operation is drawn so much more often than a read. */
const WEIGHTS = { money: 6, destructive: 4, write: 3, read: 1 } as const;

/** Those that do something, the gravest first; what nobody may call is tried too, seldom. */
export function weighted(operations: readonly Operation[]): readonly Operation[] {
  const rank = ['money', 'destructive', 'write', 'read'];
  const sorted = operations.toSorted((a, b) => rank.indexOf(a.effect) - rank.indexOf(b.effect));
  return sorted.flatMap((one) => Array.from({ length: one.allowed.length === 0 ? 1 : WEIGHTS[one.effect] }, () => one));
}

export function writesOf({ operations }: Ground): readonly Operation[] {
  return operations.filter(({ effect, allowed }) => effect !== 'read' && allowed.length > 0);
}

/** A call of one of these operations: by whom, in which session, of what, how much. */
export function errands(ground: Ground, operations: readonly Operation[]): Arbitrary<Errand> {
  const drawn = weighted(operations);
  const small = fc.nat({ max: IDS_MET - 1 });
  return fc
    .tuple(fc.nat({ max: drawn.length - 1 }), small, small, fc.nat({ max: VARIANTS }), fc.nat({ max: 255 }))
    .map(([at, who, subject, variant, amount]) =>
      errandOf(ground, drawn[at] as Operation, {
        agent: who >> 1,
        token: who & 1,
        session: 0,
        subject,
        variant,
        amount,
      }),
    );
}

/** How often something is done: mostly a few times, sometimes more often than any honest agent would. */
export function times(max: number): Arbitrary<number> {
  return fc.oneof(
    { arbitrary: fc.integer({ min: 1, max: Math.min(8, max) }), weight: 3 },
    { arbitrary: fc.integer({ min: 1, max }), weight: 1 },
  );
}

/** Faults after which a client does not know what became of its call, the simplest first. */
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
  { kind: 'latency', ms: 45_000 },
];

export const losses: Arbitrary<Fault> = fc.nat({ max: LOSSES.length - 1 }).map((at) => LOSSES[at] as Fault);

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

/** How long to wait: not at all, a moment, or about as long as some rule looks back. */
export function waits({ spansMs }: Ground): Arbitrary<number> {
  const edges = spansMs.flatMap((ms) => [ms, ms - 1, ms + 1]);
  const all = [...new Set([0, 1, SECOND_MS, 60 * SECOND_MS, HOUR_MS, ...edges, 24 * HOUR_MS])];
  return fc.nat({ max: all.length - 1 }).map((at) => all[at] as number);
}
