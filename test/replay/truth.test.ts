import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Policy } from '../../src/engine/policy.ts';
import type { CandidateFacts } from '../../src/replay/candidate-facts.ts';
import { Doubts, EXACT } from '../../src/replay/doubts.ts';
import { EngineJudge } from '../../src/replay/engine-judge.ts';
import { fold } from '../../src/replay/fold.ts';
import { VERDICTS, type Tape } from '../../src/warehouse/tape/tape.ts';
import type { ReplayTerms } from '../../src/replay/index.ts';
import { policyWith } from '../engine/arbitraries.ts';
import { callOf, spend, type Night } from './night.ts';
import { AGENTS, nights, tapeOf } from './nights.ts';

const COUNTS = { collar: 1, once: 1, runaway: 1, rates: 2, budgets: 2, inflight: 1 };

/** A policy, and one that differs a little: in one agent's rules, or in what all share. */
const twoPolicies = fc
  .record({
    one: policyWith(COUNTS),
    other: policyWith(COUNTS),
    agent: fc.constantFrom(...AGENTS),
    kind: fc.constantFrom('agent', 'allow', 'rates', 'budgets', 'once', 'collar', 'shared', 'all'),
  })
  .map(({ one, other, agent: name, kind }): { was: Policy; is: Policy } => {
    if (kind === 'all') return { was: one, is: other };
    if (kind === 'shared') return { was: one, is: { ...one, shared: other.shared } };
    const from = [...one.agents.values()].find(({ id }) => id === name) ?? [...one.agents.values()][0];
    const to = from && other.agents.get(from.id);
    if (from === undefined || to === undefined) return { was: one, is: one };
    const changed =
      kind === 'agent'
        ? to
        : kind === 'allow'
          ? { ...from, allow: to.allow }
          : { ...from, rules: { ...from.rules, [kind]: to.rules[kind as 'rates'] } };
    return { was: one, is: { ...one, agents: new Map([...one.agents, [from.id, changed]]) } };
  });

/** The candidate's facts, as a door of its own would have stated them. */
function factsOf(night: Night, tape: Tape, is: Policy): CandidateFacts {
  return {
    override: (row) => {
      const made = night.calls.get(tape.calls.id.get(row));
      return made && callOf(is, made.intention, made.call.id, made.call.at);
    },
    conditions: () => ({}),
    unknown: () => undefined,
    made: () => true,
  };
}

interface Claim {
  readonly id: string;
  readonly verdict: string | undefined;
  readonly certainty: number;
}

function claims(night: Night, is: Policy, sessions: ReplayTerms['sessions']): Claim[] {
  const tape = tapeOf(night);
  const facts = factsOf(night, tape, is);
  const terms: ReplayTerms = { sessions, stages: 'candidate', outcomes: 'effective' };
  const doubts = new Doubts(is, tape, sessions);
  const found: Claim[] = [];
  fold(
    { tape, judge: new EngineJudge(is, tape, facts), facts, doubts, terms },
    {
      call: (row, verdict, certainty) =>
        found.push({ id: tape.calls.id.get(row), verdict: VERDICTS[verdict], certainty }),
      changed: () => undefined,
      toldDifferently: () => undefined,
      unjudged: () => undefined,
      began: () => undefined,
    },
  );
  return found;
}

/** What is claimed to be exact and is not so in truth. */
function lies(night: Night, truth: Night, found: readonly Claim[]): unknown[] {
  return found.flatMap(({ id, verdict, certainty }) => {
    if (certainty !== EXACT) return [];
    const made = night.calls.get(id);
    const really = truth.calls.get(id);
    const isSo =
      really !== undefined &&
      really.call.at === made?.call.at &&
      JSON.stringify(really.intention, bigints) === JSON.stringify(made.intention, bigints) &&
      really.decision.verdict === verdict;
    return isSo ? [] : [{ id, claimed: verdict, really: really?.decision.verdict ?? 'never made' }];
  });
}

const bigints = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

for (const together of [false, true]) {
  test.prop([twoPolicies, nights(together)], { numRuns: 100 })(
    `what replay calls exact is what deterministic agents really meet under the candidate, sessions ${together ? 'together' : 'apart'}`,
    ({ was, is }, night) => {
      const before = spend(was, night);
      expect(lies(before, spend(is, night), claims(before, is, together ? 'together' : 'apart'))).toEqual([]);
    },
  );
}

test.prop([policyWith(COUNTS), nights(false)], { numRuns: 50 })(
  'a night replayed under its own policy is exact throughout, verdict for verdict',
  (policy, night) => {
    const before = spend(policy, night);
    const found = claims(before, policy, 'apart');
    expect(found.map(({ verdict }) => verdict)).toEqual(
      [...before.calls.values()].map(({ decision }) => decision.verdict),
    );
    expect(found.every(({ certainty }) => certainty === EXACT)).toBe(true);
  },
);

it('exact claims are not vacuous: of some thousand calls under changed policies, many are exact and some of those changed', () => {
  let exact = 0;
  let changed = 0;
  for (const [{ was, is }, night] of fc.sample(fc.tuple(twoPolicies, nights(false)), { numRuns: 120, seed: 7 })) {
    const before = spend(was, night);
    for (const { id, verdict, certainty } of claims(before, is, 'apart')) {
      if (certainty !== EXACT) continue;
      exact += 1;
      if (before.calls.get(id)?.decision.verdict !== verdict) changed += 1;
    }
  }
  expect(exact).toBeGreaterThan(1_000);
  expect(changed).toBeGreaterThan(40);
});
