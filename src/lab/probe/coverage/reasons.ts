import type { AgentRules } from '../../../engine/guards/index.ts';
import type { Policy, Route } from '../../../engine/policy.ts';
import type { PolicyRule } from './rules.ts';

/** One reason code that a policy's guards can give, and what it takes. */
export interface PossibleReason {
  readonly guard: string;
  readonly reason: string;
  /** What no run did, where the search never met it. */
  readonly missing: string;
}

type Needs = (policy: Policy, rules: readonly PolicyRule[]) => boolean;
type Row = readonly [guard: string, reason: string, missing: string, needs?: Needs];

const route =
  (holds: (route: Route) => boolean): Needs =>
  ({ routes }) =>
    [...routes.values()].some(holds);
const agentRule =
  <Kind extends keyof AgentRules>(kind: Kind, holds: (rule: AgentRules[Kind][number]) => boolean): Needs =>
  ({ agents }) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a union of lists is a list of the union
    [...agents.values()].some(({ rules }) => (rules[kind] as readonly AgentRules[Kind][number][]).some(holds));
const movesMoney = route(({ amount }) => amount !== undefined);
/** Whether something stops an agent for good: only then is there a frozen agent that calls again. */
const stops: Needs = (_, rules) => rules.some(({ trips }) => trips);

/** Where a row names no needs: a rule of its guard. */
const ownRule =
  (guard: string): Needs =>
  (_, rules) =>
    rules.some((rule) => rule.guard === guard);

const ROWS: readonly Row[] = [
  ['freeze', 'agent_frozen', 'no agent was stopped and went on calling', stops],
  ['runaway', 'runaway', 'no call was repeated often enough'],
  ['scope', 'route_unknown', 'nothing was called that has no route', () => true],
  [
    'scope',
    'not_allowed',
    'no agent called a route that only others have',
    ({ agents, routes }) =>
      [...agents.values()].some(({ allow }) => new Set(allow.map((one) => one.route)).size < routes.size),
  ],
  ['scope', 'condition_false', 'every call met its condition', (_, rules) => rules.some(isConditional)],
  ['scope', 'condition_error', 'every condition could be evaluated', (_, rules) => rules.some(isConditional)],
  ['segment', 'outside_segment', 'nobody outside the segment was called for'],
  ['shape', 'shape_mismatch', 'every request fitted its OpenAPI operation', route(({ shape }) => shape !== undefined)],
  ['payment', 'network_not_allowed', 'no payment was made on another network'],
  ['payment', 'asset_not_stated', 'every payment stated its asset'],
  ['payment', 'asset_not_allowed', 'no payment was made in another asset'],
  ['payment', 'payee_not_allowed', 'no payment was made to somebody else'],
  ['payment', 'amount_not_countable', 'every payment could be counted'],
  ['payment', 'payment_too_large', 'no payment was above the maximum'],
  ['payment', 'valid_too_long', 'no payment was valid for too long'],
  ['payment', 'payment_not_allowed', 'no payment was made where none is allowed'],
  ['payment', 'payment_unreadable', 'every payment could be read'],
  ['payment', 'already_paid', 'nothing was paid for twice'],
  ['payment', 'nonce_used', 'no payment was sent again'],
  ['payment', 'too_many_payments', 'too few payments were made'],
  [
    'collar',
    'items_unreadable',
    'every list could be counted',
    agentRule('collar', ({ itemsMax }) => itemsMax !== undefined),
  ],
  ['collar', 'too_many_items', 'no list was too long', agentRule('collar', ({ itemsMax }) => itemsMax !== undefined)],
  ['collar', 'amount_unreadable', 'every amount could be read', movesMoney],
  ['collar', 'currency_not_allowed', 'every amount was in an accepted currency', agentRule('collar', namesCurrency)],
  ['collar', 'amount_too_small', 'no amount was below the minimum', movesMoney],
  [
    'collar',
    'amount_too_large',
    'no amount was above the maximum',
    agentRule('collar', ({ max }) => max !== undefined),
  ],
  ['once', 'already_done', 'nothing was done a second time'],
  ['once', 'subject_missing', 'every call named its subject'],
  ['idempotency', 'idempotency_key_taken', 'no agent used another one’s key', ({ agents }) => agents.size > 1],
  ['idempotency', 'idempotency_key_reused', 'no key was used for another call', () => true],
  [
    'idempotency',
    'idempotency_key_in_flight',
    'no call was sent again with its key while it was under way',
    () => true,
  ],
  ['contract', 'contract_drift', 'answers kept to their document: no adversary bends them'],
  ['breaker', 'circuit_open', 'too few calls failed at the upstream'],
  ['backoff', 'backing_off', 'no call that failed was repeated at once'],
  ['backoff', 'attempts_exhausted', 'no call failed often enough'],
  ['backoff', 'too_many_failing', 'too few different calls failed'],
  ['fresh', 'subject_missing', 'every call named its subject'],
  ['fresh', 'never_read', 'everything was read before it was written'],
  ['fresh', 'stale_read', 'no read was old enough'],
  ['fresh', 'changed_since_read', 'nothing was written by a call between a read and its write'],
  ['provenance', 'value_missing', 'every call carried the value'],
  ['provenance', 'provenance_unknown', 'every value came from a trusted place'],
  ['volume', 'volume_exceeded', 'too few calls were made'],
  ['rate', 'rate_exceeded', 'no rate was full'],
  ['budget', 'amount_not_countable', 'every amount could be counted'],
  ['budget', 'budget_exceeded', 'no budget was spent'],
  ['inflight', 'too_many_in_flight', 'too few calls were under way at a time'],
  ['approval', 'approval_required', 'no call was above the threshold'],
  ['approval', 'approval_used', 'no approved call was sent again'],
  ['approval', 'too_many_holds', 'too few calls waited at a time'],
  ['precondition', 'precondition_unreadable', 'every read before a write told what it should'],
  ['precondition', 'precondition_error', 'every precondition could be evaluated'],
  ['precondition', 'precondition_failed', 'every precondition held'],
];

function isConditional({ guard, does }: PolicyRule): boolean {
  return guard === 'scope' && does === 'judges';
}

function namesCurrency({ currencies, min, max }: AgentRules['collar'][number]): boolean {
  return (currencies ?? min ?? max) !== undefined;
}

/**
 * What a probe cannot make happen, and why: not what a policy says is missing here, but what a run has no step for.
 * `test/lab/probe` holds this list and the table above against the guards' sources.
 */
export const IMPOSSIBLE_REASONS: Readonly<Record<string, string>> = {
  agent_unknown: 'a run’s grants are for agents that the policy names',
  not_granted: 'a run’s grants are for all routes of their agent',
  stage_read_only: 'a probe lets its agents out of staging',
  captured: 'a probe lets its agents out of shadow',
  capture_unanswerable: 'a probe lets its agents out of shadow',
  approval_refused: 'a human who says no prevents harm, and a run looks for it',
  approved: 'a pass',
  precondition_unread: 'the door heals it before it answers',
  error_rate: 'it stops the agent, and judges no call: see its rule',
  latency: 'it stops the agent, and judges no call: see its rule',
  denials: 'it stops the agent, and judges no call: see its rule',
};

/** The reason codes that this policy's guards can give in a probe. */
export function possibleReasons(policy: Policy, rules: readonly PolicyRule[]): readonly PossibleReason[] {
  return ROWS.filter(([guard, , , needs]) => (needs ?? ownRule(guard))(policy, rules)).map(
    ([guard, reason, missing]) => {
      return { guard, reason, missing };
    },
  );
}

/** All that the table knows, for the test that holds it against the guards. */
export const KNOWN_REASONS: ReadonlySet<string> = new Set(ROWS.map(([guard, reason]) => `${guard} ${reason}`));
