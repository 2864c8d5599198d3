import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/engine/decision.ts';
import type { Effectiveness } from '../../src/engine/event.ts';
import type { Entry, Recorded } from '../../src/journal/entry.ts';
import { learnBaseline } from '../../src/journal/baseline.ts';
import { Histogram } from '../../src/journal/histogram.ts';
import { call } from '../engine/policies.ts';
import { callId, entryOf } from './entries.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.parse('2026-11-01T08:00:00.000Z');

interface Made {
  readonly at: number;
  readonly agent?: string;
  readonly route?: string;
  readonly verdict?: Verdict;
  readonly how?: Effectiveness;
  readonly latencyMs?: number | null;
}

/** Calls of a journal, each with its outcome right behind it where it was sent. */
function journal(made: readonly Made[]): Recorded[] {
  const entries = made.flatMap((one, index): Entry[] => {
    const { at, agent = 'bot', route = 'refund', verdict = 'allow', how = 'effective', latencyMs = 10 } = one;
    const id = `c${index}`;
    const decided = entryOf({ kind: 'decided', call: call(id, { at, agent, route }), verdict, trips: [] });
    if (verdict !== 'allow') return [decided];
    const ended = entryOf({ kind: 'ended', call: callId(id), at: at + 1, effectiveness: how });
    return [decided, ended.kind === 'outcome' ? { ...ended, facts: { latencyMs } } : ended];
  });
  const policy: Entry = { kind: 'policy', at: START, digest: 'a'.repeat(64), file: 'a.yaml', text: '' };
  return [policy, ...entries].map((entry, index) => ({ ...entry, seq: index + 1, hash: '' }));
}

describe('what an agent usually does', () => {
  it('is counted by route, over its own calls of the last days', () => {
    const busy = Array.from({ length: 30 }, (_, n): Made => ({ at: START + n * 60_000 }));
    const nextDay = START + DAY_MS;
    const learned = learnBaseline(
      journal([
        { at: START - 20 * DAY_MS },
        ...busy,
        { at: nextDay, how: 'ineffective' },
        { at: nextDay + 1, how: 'unknown', latencyMs: null },
        { at: nextDay + 2, verdict: 'deny' },
        { at: nextDay + 3, agent: 'other' },
        { at: nextDay + 4, route: 'get', verdict: 'capture' },
      ]),
      'bot',
      14,
    );
    expect(learned).toEqual({
      learned: {
        from: '2026-11-01T08:00:00.000Z',
        to: '2026-11-02T08:00:00.004Z',
        policy: ['a'.repeat(64)],
        calls: 33,
      },
      routes: {
        get: { calls: 1, days: 1, perHour: 1, perDay: 1, failed: 0 },
        refund: { calls: 32, days: 2, perHour: 30, perDay: 30, failed: 2, latency: '11ms' },
      },
    });
  });

  it('counts a call that a crash left open as failed', () => {
    const [policy, decided] = journal([{ at: START }]);
    const recovery: Recorded = {
      kind: 'recovery',
      at: START + 1,
      epoch: 2,
      unknown: [callId('c0')],
      seq: 3,
      hash: '',
    };
    expect(learnBaseline([policy!, decided!, recovery], 'bot', 14)?.routes['refund']?.failed).toBe(1);
  });

  it('of an agent that did nothing is nothing', () => {
    expect(learnBaseline(journal([{ at: START, verdict: 'deny' }]), 'bot', 14)).toBeUndefined();
  });
});

it('a percentile is within 1 % of the one that sorting gives', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 100 }),
      (values, percent) => {
        const histogram = new Histogram();
        for (const value of values) histogram.add(value);
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil((values.length * percent) / 100) - 1] as number;
        const found = histogram.percentile(percent) as number;
        expect(found).toBeGreaterThanOrEqual(exact);
        expect(found).toBeLessThanOrEqual(exact * 1.01 + 1);
      },
    ),
  );
  expect(new Histogram().percentile(95)).toBeUndefined();
});
