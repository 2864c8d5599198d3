import { expect, it } from 'vitest';
import breakerShared from '../../scenarios/breaker-shared.ts';
import budgetDrip from '../../scenarios/budget-drip.ts';
import doubleRefund from '../../scenarios/double-refund.ts';
import fatFinger from '../../scenarios/fat-finger.ts';
import formatDrift from '../../scenarios/format-drift.ts';
import errorFlood from '../../scenarios/error-flood.ts';
import injectedPayee from '../../scenarios/injected-payee.ts';
import killInFlight from '../../scenarios/kill-in-flight.ts';
import knocking from '../../scenarios/knocking.ts';
import lotOfRefunds from '../../scenarios/lot-of-refunds.ts';
import overScoped from '../../scenarios/over-scoped.ts';
import payPerCallLoop from '../../scenarios/pay-per-call-loop.ts';
import refundEverything from '../../scenarios/refund-everything.ts';
import retryAfterIgnored from '../../scenarios/retry-after-ignored.ts';
import retryStorm from '../../scenarios/retry-storm.ts';
import runawayPayments from '../../scenarios/runaway-payments.ts';
import staleRead from '../../scenarios/stale-read.ts';
import wideLaunch from '../../scenarios/wide-launch.ts';
import { STRANGER } from '../../mocks/paid-quotes.ts';
import type { Scenario } from '../../src/lab/scenario.ts';
import { actOut, brokenIn } from './stage.ts';

/** The scenario with a part of its policy replaced; the part must be there. */
function rewritten(scenario: Scenario, ...edits: readonly (readonly [RegExp, string])[]): Scenario {
  const policy = edits.reduce((text, [part, replacement]) => {
    if (!part.test(text)) throw new Error(`the policy of ${scenario.name} has no ${part}`);
    return text.replace(part, replacement);
  }, scenario.policy);
  return { ...scenario, policy };
}

/** Each scenario without the one thing that holds its harm off. */
const MUTANTS: readonly { readonly without: string; readonly mutant: Scenario }[] = [
  { without: 'its trigger', mutant: rewritten(runawayPayments, [/ *triggers:\n.*\n/, '']) },
  { without: 'its once rule', mutant: rewritten(doubleRefund, [/ *once:\n.*\n/, '']) },
  {
    without: 'its narrow scope',
    mutant: rewritten(overScoped, [
      /- \{ route: get_charge, when: .* \}/,
      '- get_charge\n      - list_customers\n      - get_customer\n      - delete_customer',
    ]),
  },
  {
    without: 'its condition on the query',
    mutant: rewritten(overScoped, [/- \{ route: get_charge, when: .* \}/, '- get_charge']),
  },
  {
    without: 'its limits on rate and concurrency',
    mutant: rewritten(retryStorm, [/ *rates:\n.*\n/, ''], [/ *inflight: .*\n/, '']),
  },
  { without: 'its budget', mutant: rewritten(budgetDrip, [/ *budgets:\n.*\n/, '']) },
  { without: 'its budget', mutant: rewritten(refundEverything, [/ *budgets:\n.*\n/, '']) },
  { without: 'its breaker', mutant: rewritten(breakerShared, [/ *breaker: .*\n/, '']) },
  { without: 'its volume rule', mutant: rewritten(lotOfRefunds, [/ *volume:\n.*\n/, '']) },
  { without: 'its trigger', mutant: rewritten(errorFlood, [/ *triggers:\n.*\n/, '']) },
  { without: 'its trigger', mutant: rewritten(knocking, [/ *triggers:\n.*\n/, '']) },
  { without: 'its fresh rule', mutant: rewritten(staleRead, [/ *fresh:\n.*\n/, '']) },
  { without: 'its backoff', mutant: rewritten(retryAfterIgnored, [/ *backoff:\n.*\n/, '']) },
  { without: 'its provenance rule', mutant: rewritten(injectedPayee, [/ *provenance:\n.*\n/, '']) },
  { without: 'a bound on who is in', mutant: rewritten(wideLaunch, [/customers: \[.*\]/, 'share: 100%']) },
  { without: 'its pinned payee', mutant: rewritten(payPerCallLoop, [/payTo: \[/, `payTo: ["${STRANGER}", `]) },
  { without: 'its memory of payments', mutant: rewritten(payPerCallLoop, [/within: 10m/, 'within: 1ms']) },
  { without: 'its OpenAPI document', mutant: rewritten(fatFinger, [/ *openapi: .*\n/, '']) },
  { without: 'its contract', mutant: rewritten(formatDrift, [/ *contract: .*\n/, '']) },
  { without: 'its operator', mutant: { ...killInFlight, operator: async () => undefined } },
];

it.each(MUTANTS)('$mutant.name does not hold without $without', async ({ mutant }) => {
  const result = await actOut(mutant);
  expect(result.held).toBe(false);
  // The door itself keeps every promise of its own: it only was not told to prevent this harm.
  expect(brokenIn(result)).toEqual(['oracle']);
});

it('a scenario without harm to prevent does not hold', async () => {
  const result = await actOut({ ...overScoped, harm: () => [] });
  expect(brokenIn(result)).toEqual(['oracle']);
});
