import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/engine/decision.ts';
import type { VolumeLimit, VolumeRule } from '../../../src/engine/guards/volume.ts';
import { volumeAt } from '../../model/volume.ts';
import { agent, policy, routeId, ruleId } from '../policies.ts';
import { act, OUTCOMES, someMoves, type Move } from './moves.ts';

const SHARE: VolumeLimit = { kind: 'share', share: 250_000, of: new Set([routeId('get')]), free: 1 };
const RULE: VolumeRule = {
  rule: ruleId('ada.volume[0]'),
  routes: new Set([routeId('refund')]),
  limit: SHARE,
  per: { kind: 'rolling', ms: 60_000 },
  onTrip: 'hold',
  expiresMs: 1_800_000,
};
const DAY = { kind: 'day', timeZone: 'UTC' } as const;
/** The playbook begins at 00:16:40 of a day in UTC. */
const TO_MIDNIGHT_MS = 86_400_000 - 1_000_000;
const governed = (rule: Partial<VolumeRule> = {}) =>
  policy([agent('ada', { volume: [{ ...RULE, ...rule }] }), agent('bob')]);

const once = (route: string, subject: string | null, how: keyof typeof OUTCOMES = 'fine', who = 'ada'): Move[] => [
  { kind: 'call', agent: who, route, subject },
  { kind: 'end', nth: 0, outcome: OUTCOMES[how] },
];
const reads = (count: number, who = 'ada'): Move[] =>
  Array.from({ length: count }, (_, index) => once('get', `order:${index}`, 'fine', who)).flat();
const refunds = (count: number, how: keyof typeof OUTCOMES = 'fine'): Move[] =>
  Array.from({ length: count }, () => once('refund', 'order:1', how)).flat();
const wait = (ms: number): Move => ({ kind: 'wait', ms });

function lastFinding(moves: readonly Move[], rule: Partial<VolumeRule> = {}): Finding | undefined {
  let found: Finding | undefined;
  act(governed(rule), moves, {
    decided: (_call, { findings }) => (found = findings.find(({ guard }) => guard === 'volume')),
  });
  return found;
}

describe('a share of what was read', () => {
  it.each<[string, Move[], string]>([
    ['what is free passes without any read', refunds(1), 'pass'],
    ['the next one does not', refunds(2), 'hold'],
    ['three reads are not yet enough for one more', [...reads(3), ...refunds(2)], 'hold'],
    ['four are', [...reads(4), ...refunds(2)], 'pass'],
    [
      'reading one thing four times is reading one thing',
      [...reads(1), ...reads(1), ...reads(1), ...reads(1), ...refunds(2)],
      'hold',
    ],
    [
      'so is reading it in four spellings',
      [...['order:a', 'ORDER:A', 'order: a', 'Order:A '].flatMap((name) => once('get', name)), ...refunds(2)],
      'hold',
    ],
    [
      'a read that found nothing is none',
      [...Array.from({ length: 4 }, (_, n) => once('get', `o:${n}`, 'refused')).flat(), ...refunds(2)],
      'hold',
    ],
    [
      'a read whose answer nobody saw is none',
      [...Array.from({ length: 4 }, (_, n) => once('get', `o:${n}`, 'silent')).flat(), ...refunds(2)],
      'hold',
    ],
    [
      'a read of nothing in particular is none',
      [...Array.from({ length: 4 }, () => once('get', null)).flat(), ...refunds(2)],
      'hold',
    ],
    ["another agent's reads are not its own", [...reads(4, 'bob'), ...refunds(2)], 'hold'],
    ['a refund that surely failed gives its place back', [...refunds(1, 'refused'), ...refunds(1)], 'pass'],
    ['one whose outcome nobody saw does not', [...refunds(1, 'silent'), ...refunds(1)], 'hold'],
    ['what has left the window is past', [...refunds(1), wait(60_000), ...refunds(1)], 'pass'],
    ['a millisecond earlier it counts', [...refunds(1), wait(59_999), ...refunds(1)], 'hold'],
    ['reads leave the window too', [...reads(4), wait(60_000), ...refunds(2)], 'hold'],
    ['a restart forgets neither', [...reads(4), ...refunds(1), { kind: 'cut' }, ...refunds(1)], 'pass'],
    ['and lets no more through', [...reads(4), ...refunds(2), { kind: 'cut' }, ...refunds(1)], 'hold'],
  ])('%s', (_case, moves, verdict) => {
    expect(lastFinding(moves)?.verdict).toBe(verdict);
  });

  it('under way counts, however long it takes', () => {
    const begun: Move = { kind: 'call', agent: 'ada', route: 'refund', subject: 'order:1' };
    expect(lastFinding([begun, wait(3_600_000), begun])?.verdict).toBe('hold');
  });

  it('asks a human, with what was seen and what would be usual', () => {
    expect(lastFinding([...reads(5), ...refunds(3)])).toEqual({
      guard: 'volume',
      rule: 'ada.volume[0]',
      verdict: 'hold',
      reason: 'volume_exceeded',
      observed: '3 per 1m, 5 read',
      limit: '2: 1 free and 25% of what was read by get',
      retryable: 'if-changed',
      hint: 'This is more than usual, so a human has to approve it. Wait, then send exactly the same call again.',
      expiresAt: 1_000_000 + 1_800_000,
    });
  });
});

describe('per calendar day', () => {
  it.each<[string, Move[], string]>([
    ['until midnight everything counts', [...refunds(1), wait(TO_MIDNIGHT_MS - 1), ...refunds(1)], 'hold'],
    ['at midnight the count is new', [...refunds(1), wait(TO_MIDNIGHT_MS), ...refunds(1)], 'pass'],
    ['and so are the reads', [...reads(8), wait(TO_MIDNIGHT_MS), ...refunds(2)], 'hold'],
  ])('%s', (_case, moves, verdict) => {
    expect(lastFinding(moves, { per: DAY })?.verdict).toBe(verdict);
  });
});

describe('against the baseline, and what crossing it does', () => {
  const limit: VolumeLimit = { kind: 'baseline', max: 2, words: '3x the baseline of 0.5 per 1m' };

  it.each<[VolumeRule['onTrip'], Partial<Finding>]>([
    ['deny', { verdict: 'deny', retryable: 'after', retryAt: 1_060_000 }],
    ['freeze', { verdict: 'deny', retryable: 'if-changed', trip: 'freeze' }],
    ['kill', { verdict: 'deny', retryable: 'if-changed', trip: 'kill' }],
    ['hold', { verdict: 'hold', retryable: 'if-changed' }],
  ])('onTrip: %s', (onTrip, expected) => {
    expect(lastFinding([...reads(99), ...refunds(2)], { limit, onTrip })?.verdict).toBe('pass');
    const found = lastFinding([...reads(99), ...refunds(3)], { limit, onTrip });
    expect(found).toMatchObject({ ...expected, observed: '3 per 1m', limit: '2: 3x the baseline of 0.5 per 1m' });
  });
});

describe('the volume guard and the naive model agree', () => {
  it('on every call of any history, restarts included', () => {
    const subjects = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'A', ' b', null];
    const rules = fc.record({
      limit: fc.oneof(
        fc.record({
          kind: fc.constant('share' as const),
          share: fc.constantFrom(10_000, 250_000, 333_333, 1_000_000),
          of: fc.constantFrom(new Set([routeId('get')])),
          free: fc.nat(2),
        }),
        fc.record({
          kind: fc.constant('baseline' as const),
          max: fc.integer({ min: 1, max: 4 }),
          words: fc.constant(''),
        }),
      ),
      per: fc.oneof(
        fc.constant(DAY),
        fc.constantFrom(1_000, 4_000, 60_000).map((ms) => ({ kind: 'rolling' as const, ms })),
      ),
      onTrip: fc.constantFrom('hold' as const, 'deny' as const, 'freeze' as const),
    });
    let crossed = 0;
    let passed = 0;
    fc.assert(
      fc.property(rules, someMoves(['ada', 'bob'], ['get', 'get', 'refund'], subjects), (rule, moves) => {
        act(governed(rule), moves, {
          decided(call, { findings }, before) {
            const finding = findings.find(({ guard }) => guard === 'volume');
            if (finding === undefined) return;
            const { done, max } = volumeAt({ ...RULE, ...rule }, before, call);
            expect(finding.verdict !== 'pass').toBe(done >= max);
            if (finding.verdict === 'pass') passed += 1;
            else crossed += 1;
          },
        });
      }),
      { numRuns: 500 },
    );
    expect(crossed).toBeGreaterThan(500);
    expect(passed).toBeGreaterThan(500);
  });
});
