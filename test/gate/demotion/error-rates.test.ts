import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../src/journal/index.ts';
import type { Crossing } from '../../../src/gate/demotion/crossing.ts';
import { DemotionWatch } from '../../../src/gate/demotion/watch.ts';
import { prng, type Prng } from '../../../src/std/prng.ts';
import { promoted } from './promoted.ts';
import { answered, assessed, BASELINE, did, standing, START, termsOf } from './records.ts';

const MINUTE_MS = 60_000;

/** What a session is like; each is drawn by itself. */
interface Kind {
  /** Of a write to be wrong, given that its session is a bad one; the others do no harm. */
  readonly bad: number;
  /** Of a call to fail upstream. */
  readonly fails: number;
  /** How many reads come before each write. */
  readonly reads: (random: Prng) => number;
}

/** At the very line: 1 % of sessions do harm, 10 % of the calls fail, and it reads as often as it did. */
const AT_THE_LINE: Kind = { bad: 0.01, fails: 0.1, reads: (random) => 1 + random.below(3) };

/** Sessions of one to three writes; people look at one first, and at the others of some later. */
function* runs(count: number, { bad, fails, reads }: Kind, random: Prng): Generator<Entry> {
  const later: Entry[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = START + (index + 1) * MINUTE_MS;
    const name = `s${index}`;
    const isBad = random.next() < bad;
    const writes = 1 + random.below(3);
    const wrong = isBad ? random.below(writes) : -1;
    for (let read = 0; read < writes * reads(random); read += 1) {
      yield did(at, `${name}r${read}`, name, { route: 'get_charge' });
      yield answered(at, `${name}r${read}`, random.next() < fails ? 503 : 200);
    }
    for (let write = 0; write < writes; write += 1) {
      const id = `${name}w${write}`;
      yield did(at, id, name);
      yield answered(at, id, random.next() < fails ? 503 : 200);
      const word = (when: number): Entry => assessed(when, id, write === wrong ? 'wrong' : 'sane');
      if (write === 0 || random.next() < 0.3) yield word(at);
      else if (random.next() < 0.5) later.push(word(at));
    }
    while (later.length > 20) yield { ...(later.splice(random.below(later.length), 1)[0] as Entry), at };
  }
}

function first(entries: Iterable<Entry>, terms = termsOf()): { readonly crossing?: Crossing; readonly heard: number } {
  const watch = new DemotionWatch(terms);
  let heard = 0;
  for (const entry of entries) {
    if (entry.kind === 'call' && entry.effect !== 'read') heard += 1;
    const [crossing] = watch.heard(entry);
    if (crossing !== undefined) return { crossing, heard };
  }
  return { heard };
}

const RUNS = 200;
/** Wrongly demoted at most; three standard deviations of a count at 5 %. */
const ALARMS_MAX = Math.floor(0.05 * RUNS + 3 * Math.sqrt(0.05 * 0.95 * RUNS));

describe('an agent at the very line is demoted wrongly no more often than the policy says, however long it is watched', () => {
  test.each([
    ['harm', { disagreementAbove: null, errorsAbove: null, drift: false }],
    ['errors', { harmAbove: null, disagreementAbove: null, drift: false }],
  ] as const)('%s, at 95 %', (rule, others) => {
    let alarms = 0;
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const entries = runs(250, AT_THE_LINE, prng(seed));
      const { crossing } = first([standing(START), ...entries], termsOf({ ...others, confidence: 0.95 }));
      if (crossing !== undefined) {
        expect(crossing.rule).toBe(rule);
        alarms += 1;
      }
    }
    expect(alarms).toBeLessThanOrEqual(ALARMS_MAX);
  });

  test('drift, at 95 %, where the baseline is another draw of the same agent', () => {
    let alarms = 0;
    for (let seed = 1; seed <= 40; seed += 1) {
      const random = prng(seed);
      const before = [...runs(200, AT_THE_LINE, random)];
      const mixes = Map.groupBy(
        before.filter((entry) => entry.kind === 'call'),
        ({ session }) => session,
      );
      const baseline = [...mixes.values()].map((calls) => ({
        mix: Object.fromEntries(
          [...Map.groupBy(calls, ({ route }) => `${route} passed`)].map(([deed, its]) => [deed, its.length]),
        ),
        times: 1,
      }));
      const terms = termsOf({ harmAbove: null, disagreementAbove: null, errorsAbove: null, confidence: 0.95 });
      const start = promoted(START, { ...BASELINE, sessions: baseline });
      if (first([start, ...runs(250, AT_THE_LINE, random)], terms).crossing !== undefined) alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(6);
  });
});

describe('an agent that is worse is demoted, at 99.9 %', () => {
  test.each([
    ['harm in 5 % of its sessions', { ...AT_THE_LINE, bad: 0.05, fails: 0 }, 'harm'],
    ['harm in 20 % of its sessions', { ...AT_THE_LINE, bad: 0.2, fails: 0 }, 'harm'],
    ['a third of its calls failing', { ...AT_THE_LINE, bad: 0, fails: 0.33 }, 'errors'],
  ] as const)('%s', (_, kind, rule) => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const { crossing } = first([standing(START), ...runs(2_000, kind, prng(seed))]);
      expect(crossing?.rule, `seed ${seed}`).toBe(rule);
    }
  });
});
