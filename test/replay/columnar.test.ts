import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Freeze } from '../../src/engine/event.ts';
import type { Policy } from '../../src/engine/policy.ts';
import type { CandidateFacts } from '../../src/replay/candidate-facts.ts';
import { ColumnarJudge } from '../../src/replay/columnar/columnar-judge.ts';
import { EngineJudge } from '../../src/replay/engine-judge.ts';
import type { Begun, Judge } from '../../src/replay/judge.ts';
import { EventKind, VERDICTS, type Tape } from '../../src/warehouse/tape/tape.ts';
import { callOf, spend, type Night, type NightPlan } from './night.ts';
import { nights, tapeOf } from './nights.ts';
import { policyOfMany } from './rules.ts';

/** Facts as the columns have them, and conditions as the candidate's own door would have read them. */
function columnFacts(night: Night, tape: Tape, is: Policy): CandidateFacts {
  return {
    override: () => undefined,
    conditions: (row) => {
      const made = night.calls.get(tape.calls.id.get(row));
      return made === undefined ? {} : callOf(is, made.intention, made.call.id, made.call.at).conditions;
    },
    unknown: () => undefined,
    made: () => true,
  };
}

/** All that a judge says of a tape, row by row and freeze by freeze. */
function sayings(tape: Tape, judge: Judge): unknown[] {
  const { events, calls, dictionaries } = tape;
  const said: unknown[] = [];
  const heard = (begun: Begun | undefined): unknown => (begun === undefined ? undefined : said.push(begun));
  for (let index = 0; index < events.size; index += 1) {
    const [kind, ref, at] = [events.kind[index], events.ref[index] as number, events.at[index] as number];
    const answer = events.answer[index] as number;
    if (kind === EventKind.call) {
      const verdict = judge.decide(ref);
      const { found, retryAt, forced } = judge;
      said.push([calls.id.get(ref), VERDICTS[verdict], dictionaries.founds.text(found), String(retryAt), forced]);
      heard(judge.decided(ref, verdict));
    } else if (kind === EventKind.ended) {
      heard(judge.ended(ref, at, events.effectiveness[index] as number, answer));
    } else if (kind === EventKind.frozen) {
      const { agent, by, ...rest } = tape.freezes[ref] as Tape['freezes'][number];
      if (!by.startsWith('guard:')) judge.frozen({ agent: dictionaries.agents.text(agent), at, by, ...rest } as Freeze);
    } else judge.resumed(dictionaries.agents.text(ref), at);
  }
  return said;
}

function both(was: Policy, is: Policy, plan: NightPlan): readonly [unknown[], unknown[]] {
  const night = spend(was, plan);
  const [a, b] = [tapeOf(night), tapeOf(night)];
  const factsOf = (tape: Tape): CandidateFacts => columnFacts(night, tape, is);
  const facts = factsOf(b);
  const columnar = new ColumnarJudge(is, b, facts, (row, rule) => facts.conditions(row)[rule]);
  return [sayings(a, new EngineJudge(is, a, factsOf(a))), sayings(b, columnar)];
}

test.prop([policyOfMany, nights(false)], { numRuns: 80 })(
  'the columnar form says of every call what the engine says: verdict, guard, rule, reason, wait and freeze',
  (policy, plan) => {
    const [engine, columnar] = both(policy, policy, plan);
    expect(columnar).toEqual(engine);
  },
);

test.prop([policyOfMany, policyOfMany, nights(false)], { numRuns: 80 })(
  'and so under a policy that the calls were not recorded under',
  (was, is, plan) => {
    // Routes that only one of them has are another matter: then the requests are read anew.
    const [engine, columnar] = both({ ...was, routes: is.routes }, is, plan);
    expect(columnar).toEqual(engine);
  },
);

it('the comparison is not vacuous: every guard that random policies have refuses something', () => {
  const guards = new Set<string>();
  for (const [policy, plan] of fc.sample(fc.tuple(policyOfMany, nights(false)), { numRuns: 80, seed: 11 })) {
    for (const said of both(policy, policy, plan)[1])
      if (Array.isArray(said)) guards.add(String(said[2]).split('\t')[0] ?? '');
  }
  const wanted = [
    'freeze',
    'runaway',
    'scope',
    'stage',
    'collar',
    'once',
    'breaker',
    'backoff',
    'fresh',
    'volume',
    'rate',
    'budget',
    'inflight',
    'idempotency',
  ];
  expect(wanted.filter((guard) => !guards.has(guard))).toEqual([]);
});
