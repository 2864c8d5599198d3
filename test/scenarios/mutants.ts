import batchTwice from '../../scenarios/batch-twice.ts';
import breakerShared from '../../scenarios/breaker-shared.ts';
import budgetDrip from '../../scenarios/budget-drip.ts';
import cascadingRetries from '../../scenarios/cascading-retries.ts';
import codeFreeze from '../../scenarios/code-freeze.ts';
import contactMerge from '../../scenarios/contact-merge.ts';
import creditRace from '../../scenarios/credit-race.ts';
import decimalSlip from '../../scenarios/decimal-slip.ts';
import digestToEveryone from '../../scenarios/digest-to-everyone.ts';
import doubleRefund from '../../scenarios/double-refund.ts';
import errorFlood from '../../scenarios/error-flood.ts';
import fatFinger from '../../scenarios/fat-finger.ts';
import formatDrift from '../../scenarios/format-drift.ts';
import injectedPayee from '../../scenarios/injected-payee.ts';
import killInFlight from '../../scenarios/kill-in-flight.ts';
import knocking from '../../scenarios/knocking.ts';
import largeRefund from '../../scenarios/large-refund.ts';
import lotOfRefunds from '../../scenarios/lot-of-refunds.ts';
import mailToOptedOut from '../../scenarios/mail-to-opted-out.ts';
import missingAudit from '../../scenarios/missing-audit.ts';
import orderLoop from '../../scenarios/order-loop.ts';
import overScoped from '../../scenarios/over-scoped.ts';
import payPerCallLoop from '../../scenarios/pay-per-call-loop.ts';
import pennyPrices from '../../scenarios/penny-prices.ts';
import priceForQuantity from '../../scenarios/price-for-quantity.ts';
import principalForInterest from '../../scenarios/principal-for-interest.ts';
import refundEverything from '../../scenarios/refund-everything.ts';
import refundedElsewhere from '../../scenarios/refunded-elsewhere.ts';
import retryAfterIgnored from '../../scenarios/retry-after-ignored.ts';
import retryStorm from '../../scenarios/retry-storm.ts';
import runawayPayments from '../../scenarios/runaway-payments.ts';
import slowingUpstream from '../../scenarios/slowing-upstream.ts';
import stagingWrites from '../../scenarios/staging-writes.ts';
import staleRead from '../../scenarios/stale-read.ts';
import wideLaunch from '../../scenarios/wide-launch.ts';
import wrongCurrency from '../../scenarios/wrong-currency.ts';
import { STRANGER } from '../../mocks/paid-quotes.ts';
import type { Scenario } from '../../src/lab/sandbox/scenario.ts';

/** The scenario with a part of its policy replaced; the part must be there. */
function rewritten(scenario: Scenario, ...edits: readonly (readonly [RegExp, string])[]): Scenario {
  const policy = edits.reduce((text, [part, replacement]) => {
    if (!part.test(text)) throw new Error(`the policy of ${scenario.name} has no ${part}`);
    return text.replace(part, replacement);
  }, scenario.policy);
  return { ...scenario, policy };
}

/** A scenario without the one thing that holds its harm off, and the guard which that is a rule of. */
export interface Mutant {
  readonly guard: string;
  readonly without: string;
  readonly mutant: Scenario;
}

export const MUTANTS: readonly Mutant[] = [
  { guard: 'runaway', without: 'its trigger', mutant: rewritten(runawayPayments, [/ *triggers:\n.*\n/, '']) },
  { guard: 'once', without: 'its once rule', mutant: rewritten(doubleRefund, [/ *once:\n.*\n/, '']) },
  {
    guard: 'scope',
    without: 'its narrow scope',
    mutant: rewritten(overScoped, [
      /- \{ route: get_charge, when: .* \}/,
      '- get_charge\n      - list_customers\n      - get_customer\n      - delete_customer',
    ]),
  },
  {
    guard: 'scope',
    without: 'its condition on the query',
    mutant: rewritten(overScoped, [/- \{ route: get_charge, when: .* \}/, '- get_charge']),
  },
  {
    guard: 'rate',
    without: 'its limits on rate and concurrency',
    mutant: rewritten(retryStorm, [/ *rates:\n.*\n/, ''], [/ *inflight: .*\n/, '']),
  },
  { guard: 'budget', without: 'its budget', mutant: rewritten(budgetDrip, [/ *budgets:\n.*\n/, '']) },
  { guard: 'budget', without: 'its budget', mutant: rewritten(refundEverything, [/ *budgets:\n.*\n/, '']) },
  { guard: 'breaker', without: 'its breaker', mutant: rewritten(breakerShared, [/ *breaker: .*\n/, '']) },
  { guard: 'volume', without: 'its volume rule', mutant: rewritten(lotOfRefunds, [/ *volume:\n.*\n/, '']) },
  { guard: 'error-rate', without: 'its trigger', mutant: rewritten(errorFlood, [/ *triggers:\n.*\n/, '']) },
  { guard: 'denials', without: 'its trigger', mutant: rewritten(knocking, [/ *triggers:\n.*\n/, '']) },
  { guard: 'fresh', without: 'its fresh rule', mutant: rewritten(staleRead, [/ *fresh:\n.*\n/, '']) },
  { guard: 'backoff', without: 'its backoff', mutant: rewritten(retryAfterIgnored, [/ *backoff:\n.*\n/, '']) },
  {
    guard: 'provenance',
    without: 'its provenance rule',
    mutant: rewritten(injectedPayee, [/ *provenance:\n.*\n/, '']),
  },
  {
    guard: 'segment',
    without: 'a bound on who is in',
    mutant: rewritten(wideLaunch, [/customers: \[.*\]/, 'share: 100%']),
  },
  {
    guard: 'payment',
    without: 'its pinned payee',
    mutant: rewritten(payPerCallLoop, [/payTo: \[/, `payTo: ["${STRANGER}", `]),
  },
  {
    guard: 'payment',
    without: 'its memory of payments',
    mutant: rewritten(payPerCallLoop, [/within: 10m/, 'within: 1ms']),
  },
  { guard: 'shape', without: 'its OpenAPI document', mutant: rewritten(fatFinger, [/ *openapi: .*\n/, '']) },
  { guard: 'contract', without: 'its contract', mutant: rewritten(formatDrift, [/ *contract: .*\n/, '']) },
  { guard: 'approval', without: 'its approval rule', mutant: rewritten(largeRefund, [/ *approval:\n.*\n/, '']) },
  { guard: 'latency', without: 'its trigger', mutant: rewritten(slowingUpstream, [/ *triggers:\n.*\n/, '']) },
  {
    guard: 'precondition',
    without: 'its precondition',
    mutant: rewritten(refundedElsewhere, [/ *precondition: .*\n/, '']),
  },
  { guard: 'inflight', without: 'its limit on concurrency', mutant: rewritten(creditRace, [/ *inflight: .*\n/, '']) },
  { guard: 'stage', without: 'its stage', mutant: rewritten(stagingWrites, [/stage: staging/, 'stage: sandbox']) },
  { guard: 'collar', without: 'its collar', mutant: rewritten(decimalSlip, [/ *collar:\n.*\n/, '']) },
  { guard: 'rate', without: 'its rate', mutant: rewritten(digestToEveryone, [/ *rates:\n.*\n/, '']) },
  { guard: 'freeze', without: 'its operator', mutant: { ...killInFlight, operator: async () => undefined } },
  { guard: 'approval', without: 'its approval rule', mutant: rewritten(contactMerge, [/ *approval:\n.*\n/, '']) },
  { guard: 'approval', without: 'its approval rule', mutant: rewritten(codeFreeze, [/ *approval:\n.*\n/, '']) },
  {
    guard: 'approval',
    without: 'its approval rule',
    mutant: rewritten(principalForInterest, [/ *approval:\n.*\n/, '']),
  },
  { guard: 'runaway', without: 'its trigger', mutant: rewritten(orderLoop, [/ *triggers:\n.*\n/, '']) },
  {
    guard: 'precondition',
    without: 'its precondition',
    mutant: rewritten(priceForQuantity, [/ *precondition:\n.*\n.*\n/, '']),
  },
  {
    guard: 'precondition',
    without: 'its precondition',
    mutant: rewritten(mailToOptedOut, [/ *precondition: .*\n/, '']),
  },
  { guard: 'once', without: 'its once rule', mutant: rewritten(batchTwice, [/ *once: .*\n/, '']) },
  { guard: 'collar', without: 'its collar', mutant: rewritten(wrongCurrency, [/ *collar:\n.*\n/, '']) },
  { guard: 'collar', without: 'its collar', mutant: rewritten(pennyPrices, [/ *collar:\n.*\n/, '']) },
  { guard: 'backoff', without: 'its backoff', mutant: rewritten(cascadingRetries, [/ *backoff:\n.*\n/, '']) },
  {
    guard: 'scope',
    without: 'its condition on the reason',
    mutant: rewritten(missingAudit, [/\{ route: create_refund, when: .* \}/g, 'create_refund']),
  },
];
