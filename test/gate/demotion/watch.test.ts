import { describe, expect, test } from 'vitest';
import type { AgentId } from '../../../src/engine/ids.ts';
import type { Entry } from '../../../src/journal/index.ts';
import { QUIET_MS, SESSION_MS } from '../../../src/gate/demotion/bounds.ts';
import type { Crossing } from '../../../src/gate/demotion/crossing.ts';
import { DemotionWatch, type WatchTerms } from '../../../src/gate/demotion/watch.ts';
import { promoted } from './promoted.ts';
import { answered, assessed, did, reviewed, standing, START, termsOf } from './records.ts';

const MINUTE_MS = 60_000;

function crossingsIn(entries: Iterable<Entry>, terms: WatchTerms = termsOf()): readonly Crossing[] {
  const watch = new DemotionWatch(terms);
  return [...entries].flatMap((entry) => watch.heard(entry));
}

/** Sessions one minute apart, each told by what it did; `first`: how many were there before. */
function* sessions(count: number, session: (at: number, name: string) => Iterable<Entry>, first = 0): Generator<Entry> {
  for (let index = first; index < first + count; index += 1)
    yield* session(START + (index + 1) * MINUTE_MS, `s${index}`);
}

/** Two reads and a refund, all of which work. */
function* usual(at: number, name: string): Generator<Entry> {
  for (const call of ['a', 'b']) yield did(at, name + call, name, { route: 'get_charge' });
  yield did(at, name, name);
  for (const call of ['a', 'b', '']) yield answered(at, name + call);
}

/** A refund, and what a reviewer says of it. */
const judged = (opinion: 'sane' | 'wrong' | 'unsure') =>
  function* (at: number, name: string): Generator<Entry> {
    yield did(at, name, name);
    yield assessed(at, name, opinion);
  };

describe('harm', () => {
  test('planted wrong refunds demote it, and say how many of how many sessions', () => {
    const good = [...sessions(40, judged('sane'))];
    const bad = [...sessions(5, judged('wrong'), 40)];
    expect(crossingsIn([standing(START), ...good])).toEqual([]);
    expect(crossingsIn([standing(START), ...good, ...bad])).toEqual([
      {
        agent: 'bot',
        rule: 'harm',
        observed: '4 of 44 (9.1%) of the reviewed sessions did harm',
        limit: 'at most 1% (99.9% sure)',
      },
    ]);
  });

  test('a session does harm once, however many of its writes are wrong and however many people say so', () => {
    const calls = Array.from({ length: 50 }, (_, index) => `c${index}`);
    const one = calls.flatMap((id) => [
      did(START + 1, id, 'one'),
      assessed(START + 1, id, 'wrong'),
      assessed(START + 1, id, 'wrong', 'human:bo'),
    ]);
    expect(crossingsIn([standing(START), ...one])).toEqual([]);
  });

  test('what a guard stopped did no harm, and who is unsure has said nothing', () => {
    const stopped = [...sessions(30, judged('wrong'))].map(
      (entry) => (entry.kind === 'call' ? { ...entry, verdict: 'deny' } : entry) as Entry,
    );
    const terms = termsOf({ disagreementAbove: null });
    expect(crossingsIn([standing(START), ...stopped, ...sessions(30, judged('unsure'))], terms)).toEqual([]);
  });

  test('a second reviewer who calls wrong what the first called sane makes it harm after all', () => {
    const seen = [...sessions(3, judged('sane'))];
    const second = seen.flatMap((entry) =>
      entry.kind === 'call' ? [assessed(START + 9 * MINUTE_MS, entry.call, 'wrong', 'human:bo')] : [],
    );
    expect(crossingsIn([standing(START), ...seen, ...second])).toMatchObject([{ rule: 'harm' }]);
  });
});

test('who says it again says it once, and who takes it back makes the session good again', () => {
  const watch = new DemotionWatch(termsOf());
  const harm = (): string | undefined => [...watch.levels().values()][0]?.[0]?.observed;
  for (const entry of [
    standing(START),
    did(START, 'c', 's'),
    assessed(START, 'c', 'wrong'),
    assessed(START, 'c', 'wrong'),
  ])
    watch.heard(entry);
  expect(harm()).toBe('1 of 1 (100%) of the reviewed sessions did harm');
  watch.heard(assessed(START, 'c', 'sane'));
  expect(harm()).toBe('0 of 1 (0%) of the reviewed sessions did harm');
});

test('held calls that people refuse are disagreement', () => {
  const held = function* (at: number, name: string): Generator<Entry> {
    yield did(at, name, name, { verdict: 'hold' });
    yield reviewed(at, name, false);
  };
  expect(crossingsIn([standing(START), ...sessions(5, held)])).toMatchObject([{ rule: 'disagreement' }]);
});

test('a storm of errors upstream demotes it once those sessions are over', () => {
  const failing = function* (at: number, name: string): Generator<Entry> {
    yield did(at, name, name);
    yield answered(at, name, 503);
  };
  const storm = [...sessions(8, failing)];
  const later = did(START + 40 * MINUTE_MS, 'later', 'later');
  expect(crossingsIn([standing(START), ...storm])).toEqual([]);
  expect(crossingsIn([standing(START), ...storm, later])).toMatchObject([
    { rule: 'errors', observed: '100% of the calls of a session failed or were refused upstream (8 sessions)' },
  ]);
});

test('a session that never ends is counted hour by hour', () => {
  const endless = Array.from({ length: 200 }, (_, index) => {
    const at = START + 1 + index * 5 * MINUTE_MS;
    return [did(at, `c${index}`, 'endless'), answered(at, `c${index}`, null)];
  }).flat();
  expect(endless.at(-1)?.at).toBeGreaterThan(START + 8 * SESSION_MS);
  expect(crossingsIn([standing(START), ...endless])).toMatchObject([{ rule: 'errors' }]);
});

describe('drift', () => {
  const refundsAlone = function* (at: number, name: string): Generator<Entry> {
    for (const call of ['a', 'b', 'c']) yield did(at, name + call, name);
  };

  test('an agent that reads no more before it pays is not what was promoted', () => {
    const entries = [promoted(START), ...sessions(60, refundsAlone)];
    const [crossing] = crossingsIn(entries);
    expect(crossing).toMatchObject({ rule: 'drift', limit: 'as it was promoted (99.9% sure)' });
    expect(crossing?.observed).toMatch(/get_charge passed: 0% of its calls, \d+%–\d+% when it was promoted/);
  });

  test('one that goes on as it was does not drift, whatever its stage makes of its writes', () => {
    const outside = { guard: 'segment', rule: 'bot.segment', verdict: 'deny', reason: 'outside_segment' } as const;
    const entries = [...sessions(300, usual)].map((entry, index) =>
      entry.kind === 'call' && entry.route === 'create_refund' && index % 2 === 0
        ? ({ ...entry, verdict: 'deny', findings: [{ ...outside, hint: '' }] } as unknown as Entry)
        : entry,
    );
    expect(crossingsIn([promoted(START), ...entries])).toEqual([]);
  });

  test('without a baseline, or where the policy does not ask, nobody sees it', () => {
    expect(crossingsIn([standing(START), ...sessions(60, refundsAlone)])).toEqual([]);
    expect(crossingsIn([promoted(START), ...sessions(60, refundsAlone)], termsOf({ drift: false }))).toEqual([]);
  });
});

describe('what counts', () => {
  const wrong = [...sessions(10, judged('wrong'))];

  test('nothing, of an agent that does not stand higher than it may anyway', () => {
    expect(crossingsIn(wrong)).toEqual([]);
    expect(crossingsIn([standing(START, { stands: 'shadow', claims: [] }), ...wrong])).toEqual([]);
    expect(crossingsIn([standing(START, { policy: 'e'.repeat(64) }), ...wrong])).toEqual([]);
    const inShadow = wrong.map((entry) => (entry.kind === 'call' ? { ...entry, stage: 'shadow' as const } : entry));
    expect(crossingsIn([standing(START), ...inShadow])).toEqual([]);
  });

  test('only what came since it stands there; that its promotion ends soon begins nothing anew', () => {
    const some = wrong.slice(0, 4);
    const more = wrong.slice(4, 6);
    const glass = standing(START + 2, { cause: { what: 'break_glass', stage: 'limited', until: 9 } });
    expect(crossingsIn([standing(START), ...some, glass, ...more])).toEqual([]);
    const soon = standing(START + 2, { cause: { what: 'expiring', promotion: 'promotion_1', until: 9 } });
    expect(crossingsIn([standing(START), ...some, ...more])).toHaveLength(1);
    expect(crossingsIn([standing(START), ...some, soon, ...more])).toHaveLength(1);
  });

  test('it is told of once, until it stands anew', () => {
    const again = standing(START + 11 * MINUTE_MS);
    expect(crossingsIn([standing(START), ...wrong])).toHaveLength(1);
    expect(crossingsIn([standing(START), ...wrong, again, ...sessions(10, judged('wrong'))])).toHaveLength(2);
  });

  test('lines that the policy draws at `none` are watched by nobody', () => {
    const terms = termsOf({ harmAbove: null, disagreementAbove: null });
    expect(crossingsIn([standing(START), ...wrong], terms)).toEqual([]);
  });

  test('each agent by itself', () => {
    const other = 'other' as AgentId;
    const watch = new DemotionWatch(termsOf());
    for (const entry of [standing(START), standing(START, { agent: other }), ...wrong.slice(0, 2)]) watch.heard(entry);
    expect([...watch.levels()].map(([agent, levels]) => [agent, levels[0]?.observed])).toEqual([
      ['bot', '1 of 1 (100%) of the reviewed sessions did harm'],
      ['other', '0 of 0 (0%) of the reviewed sessions did harm'],
    ]);
  });
});

test('a session that was quiet for a stride and more is over, and not before', () => {
  const watch = new DemotionWatch(termsOf());
  const of = (): string | undefined =>
    [...watch.levels().values()][0]?.find(({ rule }) => rule === 'errors')?.observed.match(/\d+ sessions/)?.[0];
  for (const entry of [standing(START), did(START, 'c', 's'), answered(START, 'c')]) watch.heard(entry);
  watch.heard(answered(START + QUIET_MS, 'nobody'));
  expect(of()).toBe('0 sessions');
  watch.heard(answered(START + 2 * QUIET_MS, 'nobody'));
  expect(of()).toBe('1 sessions');
});
