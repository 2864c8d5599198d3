import type { Decision, Finding, Verdict } from './decision.ts';
import type { HoldTerms, TripCause } from './event.ts';

const SEVERITY = { pass: 0, capture: 1, hold: 2, deny: 3 } as const satisfies Record<Finding['verdict'], number>;
const VERDICT = { pass: 'allow', capture: 'capture', hold: 'hold', deny: 'deny' } as const satisfies Record<
  Finding['verdict'],
  Verdict
>;

/**
 * Deny overrides, then hold, then capture; allow only where every guard passes.
 * `findings` is never empty: scope judges every call, so what nothing allows is denied.
 */
export function combine(findings: readonly Finding[]): Decision {
  let decisive = findings[0] as Finding;
  for (const finding of findings) if (SEVERITY[finding.verdict] > SEVERITY[decisive.verdict]) decisive = finding;
  return { verdict: VERDICT[decisive.verdict], decisive, findings };
}

/**
 * What a decision does to its agent beyond the call: the trip of the finding that decided. A threshold that a call would
 * have crossed, had no guard before refused it, was not crossed: a retry that `once` refuses spends no budget.
 */
export function tripsOf({ decisive: { trip, guard, rule, reason } }: Decision): readonly TripCause[] {
  return trip === undefined ? NO_TRIPS : [{ trip, guard, rule, reason }];
}

/** What a held call asks of a human: every rule that held it, and the earliest of their deadlines. `undefined`: not held. */
export function holdOf({ verdict, findings }: Pick<Decision, 'verdict' | 'findings'>): HoldTerms | undefined {
  if (verdict !== 'hold') return undefined;
  const holding = findings.filter((finding) => finding.verdict === 'hold');
  const expiresAt = Math.min(...holding.map((finding) => finding.expiresAt ?? 0));
  const isCapture = findings.some((finding) => finding.verdict === 'capture');
  return { rules: holding.map(({ rule }) => rule), expiresAt, ...(isCapture && { isCapture }) };
}

const NO_TRIPS: readonly TripCause[] = [];
