import { expect, it } from 'vitest';
import budgetDrip from '../../scenarios/budget-drip.ts';
import doubleRefund from '../../scenarios/double-refund.ts';
import killInFlight from '../../scenarios/kill-in-flight.ts';
import overScoped from '../../scenarios/over-scoped.ts';
import refundEverything from '../../scenarios/refund-everything.ts';
import retryStorm from '../../scenarios/retry-storm.ts';
import runawayPayments from '../../scenarios/runaway-payments.ts';
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
