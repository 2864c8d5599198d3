import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/engine/decision.ts';
import type { DenialsRule } from '../../../src/engine/guards/denials.ts';
import { refusalsInWindow } from '../../model/triggers.ts';
import { agent, allow, money, policy, ruleId } from '../policies.ts';
import { act, someMoves, type Move } from './moves.ts';

const RULE: DenialsRule = {
  rule: ruleId('ada.triggers[0]'),
  routes: 'all',
  count: 3,
  withinMs: 1_000,
  onTrip: 'freeze',
};
/** May read, may not erase; payouts wait for a human. */
const governed = (rule: Partial<DenialsRule> = {}) => {
  const hold = { rule: ruleId('ada.approval[0]'), routes: 'all' as const, above: money('0 USD'), expiresMs: 1_000 };
  const holds = [{ ...hold, routes: new Set([allow('x', 'import')[0]!.route]), above: undefined }];
  const rules = { denials: [{ ...RULE, ...rule }], approval: holds };
  return policy([agent('ada', rules, { allow: allow('ada', 'get', 'import') }), agent('bob')]);
};

const tries = (route: string, count: number, who = 'ada'): Move[] =>
  Array.from({ length: count }, () => ({ kind: 'call', agent: who, route, subject: null }));
const wait = (ms: number): Move => ({ kind: 'wait', ms });
const RESUME: Move = { kind: 'resume', agent: 'ada' };

function alarmsOf(moves: readonly Move[], rule: Partial<DenialsRule> = {}): Finding[] {
  const alarms: Finding[] = [];
  act(governed(rule), moves, { alarmed: (_call, _at, alarm) => alarm !== undefined && alarms.push(alarm) });
  return alarms;
}

describe('how often an agent may be refused', () => {
  it.each<[string, Move[], number]>([
    ['the third refusal trips', tries('erase', 3), 1],
    ['two do not', tries('erase', 2), 0],
    [
      'what is allowed between them changes nothing',
      [...tries('erase', 2), ...tries('get', 9), ...tries('erase', 1)],
      1,
    ],
    ['three in a window to the millisecond', [...tries('erase', 2), wait(999), ...tries('erase', 1)], 1],
    ['one of them a millisecond too old', [...tries('erase', 2), wait(1_000), ...tries('erase', 1)], 0],
    ['calls that wait for a human are not refused', tries('import', 9), 0],
    ["another agent's refusals are not its own", tries('nowhere', 9, 'bob'), 0],
    ['routes that no policy knows are refusals too', tries('nowhere', 3), 1],
    ['a restart forgets none', [...tries('erase', 2), { kind: 'cut' }, ...tries('erase', 1)], 1],
    ['after a resume they are counted anew', [...tries('erase', 3), RESUME, ...tries('erase', 2)], 1],
  ])('%s', (_case, moves, alarms) => {
    expect(alarmsOf(moves)).toHaveLength(alarms);
  });

  it('what a frozen agent is refused does not count', () => {
    const events = act(governed(), [...tries('erase', 3), ...tries('get', 9), RESUME, ...tries('erase', 2)]);
    expect(events.filter(({ kind }) => kind === 'frozen')).toHaveLength(1);
  });

  it('stops the agent at once, and says why', () => {
    expect(act(governed(), tries('erase', 3)).at(-1)?.kind).toBe('frozen');
    expect(alarmsOf(tries('erase', 3), { onTrip: 'kill' })).toEqual([
      {
        guard: 'denials',
        rule: 'ada.triggers[0]',
        verdict: 'deny',
        reason: 'denials',
        observed: '3 calls refused in 1s',
        limit: 'fewer than 3 in 1s',
        retryable: 'if-changed',
        hint: 'You were refused again and again. Stop, and report what you need and may not do.',
        trip: 'kill',
      },
    ]);
  });
});

it('agrees with the naive model after every event of any history, restarts included', () => {
  let alarms = 0;
  fc.assert(
    fc.property(someMoves(['ada', 'bob'], ['get', 'erase', 'erase', 'import']), (moves) => {
      act(governed(), moves, {
        alarmed({ agent }, at, alarm, before) {
          if (agent !== 'ada') return expect(alarm).toBeUndefined();
          expect(alarm !== undefined).toBe(refusalsInWindow(RULE, 'ada', before, at) >= RULE.count);
          if (alarm !== undefined) alarms += 1;
        },
      });
    }),
    { numRuns: 500 },
  );
  expect(alarms).toBeGreaterThan(100);
});
