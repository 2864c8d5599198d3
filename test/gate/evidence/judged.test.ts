import { describe, expect, test } from 'vitest';
import { chanceOfSeeing, judgedSessions } from '../../../src/gate/evidence/judged.ts';
import type { KnownWrite } from '../../../src/gate/evidence/writes.ts';
import { prng } from '../../../src/std/prng.ts';
import { intentsOf } from '../../../src/evidence/intents/from-journal.ts';
import { call, recorded } from '../../evidence/records.ts';

interface Parts {
  readonly session?: string;
  readonly meant?: boolean;
  readonly anomalous?: boolean;
  readonly at?: number;
}

function write(
  id: string,
  harmful: boolean | null,
  { session = 's', meant = true, anomalous = false, at = 0 }: Parts = {},
): KnownWrite {
  const [intent] = intentsOf(recorded([call({ call: id, session, at })])).writes;
  if (intent === undefined) throw new Error('a call is a write');
  return { intent, meant, anomalous, harmful, chosen: true, opinions: [] };
}

const judged = (writes: readonly KnownWrite[]) => judgedSessions(writes);

describe('a session', () => {
  test('with a write that is known to be wrong did harm, however little of it was judged', () => {
    const writes = [write('a', null), write('b', null), write('c', true), write('d', true), write('e', false)];
    expect(judged(writes)).toEqual({
      judged: [{ session: 's', at: 0, writes: 5, judged: 3, harmful: 2, call: 'c' }],
      undecided: 0,
    });
  });

  test('of which every write was judged right is clean', () => {
    expect(judged([write('a', false), write('b', false)]).judged).toMatchObject([
      { writes: 2, judged: 2, harmful: 0, call: null },
    ]);
  });

  test('of which nothing was judged is no trial, and neither is one whose writes a guard stopped', () => {
    expect(judged([write('a', null)])).toEqual({ judged: [], undecided: 0 });
    expect(judged([write('a', true, { meant: false })])).toEqual({ judged: [], undecided: 0 });
  });

  test('attack: one with harm that is held open stays where it began, and no planned look goes by before it', () => {
    const harmful = [write('a', true, { session: 'x', at: 10 }), write('d', false, { session: 'x', at: 40 })];
    const others = ['y', 'z'].map((session, index) => write(session, false, { session, at: 20 + index }));
    const { judged: all } = judged([...harmful.slice(0, 1), ...others, ...harmful.slice(1)]);
    expect(all.map(({ session, at, harmful: wrong }) => [session, at, wrong])).toEqual([
      ['x', 10, 1],
      ['y', 20, 0],
      ['z', 21, 0],
    ]);
  });
});

test('writes that were looked at for being odd say nothing of those that were not', () => {
  const odd = write('a', false, { anomalous: true });
  expect(chanceOfSeeing([odd, write('b', null)])).toBe(0);
  expect(chanceOfSeeing([odd, write('b', false), write('c', null), write('d', null), write('e', null)])).toBe(0.25);
  expect(chanceOfSeeing([odd])).toBe(1);
});

/** Sessions of one to eight writes; a harmful one has one wrong write, and long ones are harmful more often. */
function simulated(sampled: number, seed: number) {
  const random = prng(seed);
  const writes: KnownWrite[] = [];
  let harmful = 0;
  const sessions = 20_000;
  for (let index = 0; index < sessions; index += 1) {
    const size = 1 + random.below(8);
    const isHarmful = random.next() < 0.01 * size;
    if (isHarmful) harmful += 1;
    const wrong = random.below(size);
    for (let at = 0; at < size; at += 1) {
      const seen = random.next() < sampled;
      writes.push({
        ...TEMPLATE,
        intent: { ...TEMPLATE.intent, call: `call_${index}_${at}` as never, session: `s${index}` },
        harmful: seen ? isHarmful && at === wrong : null,
      });
    }
  }
  return { writes, share: harmful / sessions };
}

const TEMPLATE = write('template', null);

test.each([0.2, 0.5, 0.9])(
  'where a draw of %f of the writes was judged, the share of harmful sessions stays what it is',
  (sampled) => {
    const { writes, share } = simulated(sampled, 11);
    const { judged: all, undecided } = judged(writes);
    const seen = all.filter(({ harmful }) => harmful > 0).length / all.length;
    // Five standard errors of a share of 4.5 % among those that were counted.
    expect(Math.abs(seen - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / all.length));
    expect(undecided).toBeGreaterThan(100);
    // What counting each session as clean that nothing wrong was found in would have said.
    const naive = all.filter(({ harmful }) => harmful > 0).length / (all.length + undecided);
    if (sampled < 0.9) expect(naive).toBeLessThan(share * 0.8);
  },
);
