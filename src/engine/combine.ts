import type { Decision, Finding, Verdict } from './decision.ts';
import type { TripCause } from './event.ts';

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

/** What a decision does to its agent beyond the call: the trips of all guards, not of the decisive one alone. */
export function tripsOf(decision: Decision): readonly TripCause[] {
  if (decision.verdict !== 'deny') return NO_TRIPS;
  return decision.findings.flatMap(({ trip, guard, rule, reason }) =>
    trip === undefined ? [] : [{ trip, guard, rule, reason }],
  );
}

const NO_TRIPS: readonly TripCause[] = [];
