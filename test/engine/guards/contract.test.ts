import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/engine/decision.ts';
import { ANSWERS_MAX, type ContractRule } from '../../../src/engine/guards/contract.ts';
import { driftAt } from '../../model/contract.ts';
import { agent, policy, routeId, ruleId } from '../policies.ts';
import { act, answered, someMoves, type Move, type Outcome } from './moves.ts';

const RULE: ContractRule = {
  rule: ruleId('upstreams.shop.contract'),
  routes: new Set(['get', 'refund'].map(routeId)),
  drift: 500_000,
  withinMs: 1_000,
  minimum: 4,
  onTrip: 'deny',
};
const governed = (rule: Partial<ContractRule> = {}) =>
  policy([agent('ada'), agent('bob')], { contracts: [{ ...RULE, ...rule }] });

const outcome = (contract: readonly string[] | null, status = 200): Outcome => ({
  effectiveness: status < 300 ? 'effective' : 'ineffective',
  answer: { ...answered(status), contract },
});
const AMOUNT = 'body.amount: must be integer';
const ANSWERS = {
  fits: outcome([]),
  departs: outcome([AMOUNT, 'body.id: is missing']),
  renamed: outcome(['body.id: is missing']),
  unchecked: outcome(null),
  failed: outcome([AMOUNT], 400),
  lost: { effectiveness: 'unknown', answer: undefined },
} as const satisfies Record<string, Outcome>;

const calls = (count: number, who = 'ada', route = 'get'): Move[] =>
  Array.from({ length: count }, () => ({ kind: 'call', agent: who, route, subject: null }));
const ends = (count: number, how: keyof typeof ANSWERS): Move[] =>
  Array.from({ length: count }, () => ({ kind: 'end', nth: 0, outcome: ANSWERS[how] }));
const wait = (ms: number): Move => ({ kind: 'wait', ms });

/** What the contract said of the last call of the story. */
function lastly(moves: readonly Move[], rule: Partial<ContractRule> = {}): Finding | undefined {
  let last: Finding | undefined;
  act(governed(rule), moves, {
    decided: (_call, { findings }) => (last = findings.find(({ guard }) => guard === 'contract')),
  });
  return last;
}

describe('drift', () => {
  it.each<[string, Move[], string | undefined]>([
    ['half of enough answers depart', [...calls(4), ...ends(2, 'fits'), ...ends(2, 'departs')], '2 of 4'],
    ['less than half do', [...calls(5), ...ends(3, 'fits'), ...ends(2, 'departs')], undefined],
    ['too few answers came', [...calls(3), ...ends(3, 'departs')], undefined],
    [
      'answers that were not checked say nothing',
      [...calls(6), ...ends(3, 'departs'), ...ends(3, 'unchecked')],
      undefined,
    ],
    ['what an API says of a refusal says nothing', [...calls(4), ...ends(4, 'failed')], undefined],
    ['answers nobody saw say nothing', [...calls(4), ...ends(4, 'lost')], undefined],
    [
      'the departures lie a window apart',
      [...calls(4), ...ends(3, 'departs'), wait(1_000), ...ends(1, 'departs')],
      undefined,
    ],
    ['what another agent was answered', [...calls(4, 'bob'), ...ends(4, 'departs')], '4 of 4'],
    ['what another route of the upstream answered', [...calls(4, 'ada', 'refund'), ...ends(4, 'departs')], '4 of 4'],
    ['what another upstream answered', [...calls(4, 'ada', 'payout'), ...ends(4, 'departs')], undefined],
    ['a restart keeps it', [...calls(4), ...ends(4, 'departs'), { kind: 'cut' }], '4 of 4'],
    ['the window has passed', [...calls(4), ...ends(4, 'departs'), wait(1_000)], undefined],
  ])('%s', (_case, moves, expected) => {
    const observed = expected === undefined ? undefined : `${expected} answers, mostly ${AMOUNT}`;
    expect(lastly([...moves, ...calls(1)])?.observed).toBe(observed);
  });

  it('is told with the most frequent departure, and when it will have passed', () => {
    const moves = [...calls(6), ...ends(3, 'renamed'), wait(200), ...ends(2, 'departs'), ...ends(1, 'fits'), wait(300)];
    expect(lastly([...moves, ...calls(1, 'bob', 'refund')])).toEqual({
      guard: 'contract',
      rule: 'upstreams.shop.contract',
      verdict: 'deny',
      reason: 'contract_drift',
      observed: '5 of 6 answers, mostly body.id: is missing',
      limit: '50% in 1s',
      retryable: 'after',
      retryAt: 1_001_000,
      hint:
        'This API no longer answers as it is documented (body.id: is missing). Do not act on what it told you; ' +
        'report it to a human.',
    });
  });

  it('looks at the newest answers where there are too many to remember', () => {
    const many = (count: number, how: keyof typeof ANSWERS): Move[] =>
      Array.from({ length: count }, (): Move[] => [...calls(1), ...ends(1, how)]).flat();
    const rule = { minimum: ANSWERS_MAX, drift: 10_000, withinMs: 86_400_000 };
    const story = [...many(40, 'departs'), ...many(ANSWERS_MAX - 1, 'fits')];
    expect(lastly([...story, ...calls(1)], rule)?.verdict).toBe('pass');
    const burst = [...calls(ANSWERS_MAX + 5), ...ends(ANSWERS_MAX + 5, 'departs')];
    expect(lastly([...burst, ...calls(1)], rule)?.observed).toContain(`${ANSWERS_MAX} of ${ANSWERS_MAX} answers`);
  });
});

describe('crossing the threshold', () => {
  const FROZEN = { minimum: 2, onTrip: 'freeze' } as const;

  it('freezes the agent whose call showed it, and any other that goes on', () => {
    const events = act(governed(FROZEN), [
      ...calls(1, 'bob'),
      ...calls(1, 'ada'),
      ...ends(2, 'departs'),
      ...calls(1, 'bob'),
    ]);
    const told = events.flatMap((event) => {
      if (event.kind === 'frozen') return [`${event.freeze.agent} ${event.freeze.trip} ${event.freeze.by}`];
      return event.kind === 'decided' ? event.trips.map(({ trip, rule }) => `${event.call.agent} ${trip} ${rule}`) : [];
    });
    expect(told).toEqual(['ada freeze guard:upstreams.shop.contract', 'bob freeze upstreams.shop.contract']);
  });

  it('is forgotten once a human resumes an agent that it stopped', () => {
    const drift = [...calls(2), ...ends(2, 'departs')];
    const resume = (who: string): Move => ({ kind: 'resume', agent: who });
    expect(lastly([...drift, resume('ada'), ...calls(1)], FROZEN)?.verdict).toBe('pass');
    expect(lastly([...drift, { kind: 'cut' }, resume('ada'), ...calls(1)], FROZEN)?.verdict).toBe('pass');
    expect(lastly([...drift, resume('bob'), ...calls(1)], FROZEN)?.verdict).toBe('deny');
  });
});

it('agrees with the naive model on every call and every alarm of any history, restarts included', () => {
  const seen = { denied: 0, alarmed: 0, resumed: 0 };
  const outcomes = fc.infiniteStream(fc.constantFrom(...Object.values(ANSWERS)));
  fc.assert(
    fc.property(
      someMoves(['ada', 'bob'], ['get', 'refund']),
      outcomes,
      fc.constantFrom('deny', 'freeze', 'kill'),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(200_000, 500_000, 1_000_000),
      (moves, ended, onTrip, minimum, drift) => {
        const rule = { ...RULE, onTrip, minimum, drift };
        const story = moves.map((move): Move =>
          move.kind === 'end' ? { ...move, outcome: ended.next().value } : move,
        );
        let before: string | undefined;
        const events = act(governed(rule), story, {
          decided: (call, { findings }, history) => {
            const found = findings.find(({ guard }) => guard === 'contract');
            const expected = driftAt(rule, history, call.at);
            expect(found?.observed).toBe(expected);
            if (expected !== undefined) seen.denied += 1;
          },
          alarmed: (_call, at, alarm, history) => {
            const last = history.at(-1);
            const now = driftAt(rule, history, at);
            before = driftAt(rule, history.slice(0, -1), at);
            const crossed = last?.kind === 'ended' && before === undefined && now !== undefined && onTrip !== 'deny';
            expect(alarm?.observed).toBe(crossed ? now : undefined);
            if (crossed) seen.alarmed += 1;
          },
        });
        if (events.some(({ kind }) => kind === 'resumed')) seen.resumed += 1;
      },
    ),
    { numRuns: 400 },
  );
  expect(Math.min(seen.denied, seen.alarmed, seen.resumed)).toBeGreaterThan(50);
});
