import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/engine/decision.ts';
import type { BreakerRule } from '../../../src/engine/guards/breaker.ts';
import { breakerRefuses } from '../../model/breaker.ts';
import { agent, policy, routeId, ruleId } from '../policies.ts';
import { act, OUTCOMES, someMoves, type Move } from './moves.ts';

const RULE: BreakerRule = {
  rule: ruleId('upstreams.shop.breaker'),
  routes: new Set(['get', 'refund'].map(routeId)),
  errors: 500_000,
  slow: { overMs: 5_000, share: 800_000 },
  withinMs: 1_000,
  minimum: 4,
  openMs: 1_000,
  probes: 2,
};
const governed = (rule: Partial<BreakerRule> = {}) =>
  policy([agent('ada'), agent('bob')], { breakers: [{ ...RULE, ...rule }] });

const calls = (count: number, who = 'ada', route = 'get'): Move[] =>
  Array.from({ length: count }, () => ({ kind: 'call', agent: who, route, subject: null }));
const ends = (count: number, how: keyof typeof OUTCOMES): Move[] =>
  Array.from({ length: count }, () => ({ kind: 'end', nth: 0, outcome: OUTCOMES[how] }));
const wait = (ms: number): Move => ({ kind: 'wait', ms });
const OPEN = [...calls(4), ...ends(4, 'broken')];

/** What the breaker said of every call of the story, in order: `-` pass, else its observation. */
function said(moves: readonly Move[], rule: Partial<BreakerRule> = {}): string[] {
  const findings: (Finding | undefined)[] = [];
  act(governed(rule), moves, {
    decided: (_call, { findings: all }) => findings.push(all.find(({ guard }) => guard === 'breaker')),
  });
  return findings.map((finding) => (finding?.verdict === 'deny' ? (finding.observed ?? '') : '-'));
}

const BROKEN = '4 of 4 calls in 1s failed (100%)';

describe('when it opens', () => {
  it.each<[string, Move[], string]>([
    [
      'half of enough calls failed',
      [...calls(4), ...ends(2, 'fine'), ...ends(2, 'broken')],
      '2 of 4 calls in 1s failed (50%)',
    ],
    ['too few calls ended to conclude anything', [...calls(3), ...ends(3, 'broken')], '-'],
    ['less than half failed', [...calls(5), ...ends(3, 'fine'), ...ends(2, 'broken')], '-'],
    ['the callers were refused for reasons of their own', [...calls(4), ...ends(4, 'refused')], '-'],
    ['the upstream asks to be left alone', [...calls(4), ...ends(4, 'throttled')], BROKEN],
    ['nothing answers', [...calls(4), ...ends(4, 'silent')], BROKEN],
    ['no connection can be made', [...calls(4), ...ends(4, 'unreachable')], BROKEN],
    ['nobody saw how the calls ended', [...calls(4), ...ends(4, 'crashed')], BROKEN],
    ['most answers are slow', [...calls(4), ...ends(4, 'slow')], '4 of 4 calls in 1s were slow (100%)'],
    ['the failures lie a window apart', [...calls(4), ...ends(2, 'broken'), wait(1_000), ...ends(2, 'broken')], '-'],
    ['the failures are on another route', [...calls(4, 'ada', 'refund'), ...ends(4, 'broken')], '-'],
    ['another agent met the failures', [...calls(4, 'bob'), ...ends(4, 'broken')], BROKEN],
  ])('%s', (_case, moves, expected) => {
    expect(said([...moves, ...calls(1)]).at(-1)).toBe(expected);
  });
});

describe('while it is open', () => {
  it('nothing passes until the pause is over, and then as many probes as it may send', () => {
    expect(said([...OPEN, wait(999), ...calls(1), wait(1), ...calls(3)]).slice(4)).toEqual([
      BROKEN,
      '-',
      '-',
      `${BROKEN}; 2 probes are under way`,
    ]);
  });

  it('says when to come back, to everyone', () => {
    let found: Finding | undefined;
    act(governed(), [...OPEN, wait(400), ...calls(1, 'bob')], {
      decided: (_call, { decisive }) => (found = decisive),
    });
    expect(found).toEqual({
      guard: 'breaker',
      rule: 'upstreams.shop.breaker',
      verdict: 'deny',
      reason: 'circuit_open',
      observed: BROKEN,
      limit: '50% failed, or 80% slower than 5s',
      retryable: 'after',
      retryAt: 1_001_000,
      hint: 'get is failing for everyone and is left alone. Wait 1 s, or do something else meanwhile.',
    });
  });

  it.each<[string, Move[], string[]]>([
    ['all probes succeed: closed', [...calls(2), ...ends(2, 'fine'), ...calls(3)], ['-', '-', '-', '-', '-']],
    [
      'a refusal of the probe itself is a sign of life',
      [...calls(2), ...ends(2, 'refused'), ...calls(1)],
      ['-', '-', '-'],
    ],
    ['a probe fails: open again', [...calls(1), ...ends(1, 'broken'), ...calls(1)], ['-', 'a probe failed']],
    ['a probe is slow: open again', [...calls(1), ...ends(1, 'slow'), ...calls(1)], ['-', 'a probe was slow']],
    [
      'a probe is lost in a crash: open again',
      [...calls(1), ...ends(1, 'crashed'), ...calls(1)],
      ['-', 'a probe failed'],
    ],
    [
      'the next pause is twice as long',
      [...calls(1), ...ends(1, 'broken'), wait(1_999), ...calls(1), wait(1), ...calls(1)],
      ['-', 'a probe failed', '-'],
    ],
    [
      'a probe under way since the last time takes one of the places',
      [...calls(2), ...ends(1, 'broken'), wait(2_000), ...calls(2)],
      ['-', '-', '-', 'a probe failed; 2 probes are under way'],
    ],
    [
      'a restart keeps it half-open',
      [...calls(2), { kind: 'cut' }, ...calls(1)],
      ['-', '-', `${BROKEN}; 2 probes are under way`],
    ],
  ])('%s', (_case, moves, expected) => {
    expect(said([...OPEN, wait(1_000), ...moves]).slice(4)).toEqual(expected);
  });

  it('no pause is longer than ten times the first', () => {
    const failing = (pauseMs: number): Move[] => [wait(pauseMs), ...calls(1), ...ends(1, 'broken')];
    const outage = [1_000, 2_000, 4_000, 8_000, 10_000, 10_000].flatMap(failing);
    expect(said([...OPEN, ...outage, wait(9_999), ...calls(1), wait(1), ...calls(1)]).slice(-2)).toEqual([
      'a probe failed',
      '-',
    ]);
  });

  it('a restart keeps it open', () => {
    expect(said([...OPEN, { kind: 'cut' }, ...calls(1)]).at(-1)).toBe(BROKEN);
  });
});

describe('the breaker and the naive model agree', () => {
  it('on every call of any history, restarts included, and at most `probes` are ever under way while it is not closed', () => {
    let refused = 0;
    let probed = 0;
    fc.assert(
      fc.property(
        someMoves(['ada', 'bob'], ['get', 'refund']),
        fc.record({
          minimum: fc.integer({ min: 1, max: 4 }),
          probes: fc.integer({ min: 1, max: 3 }),
          withinMs: fc.constantFrom(1_000, 60_000),
        }),
        (moves, sizes) => {
          const rule = { ...RULE, ...sizes };
          act(governed(sizes), moves, {
            decided(call, { findings }, before) {
              const finding = findings.find(({ guard }) => guard === 'breaker');
              expect(finding?.verdict === 'deny').toBe(breakerRefuses(rule, before, call));
              if (finding?.verdict === 'deny') refused += 1;
              if (finding?.observed?.includes('under way') === true) probed += 1;
            },
          });
        },
      ),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(500);
    expect(probed).toBeGreaterThan(50);
  });
});
