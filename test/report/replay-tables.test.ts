import { expect, test } from 'vitest';
import type { CandidateDiff, ReplayReport } from '../../src/replay/index.ts';
import { replayText } from '../../src/report/replay-text.ts';
import { replay } from './shadow/beside.ts';

function told(candidate: Partial<CandidateDiff>, recorded: Partial<ReplayReport['recorded']> = {}): string {
  const whole = replay(['a', 'b', 'c', 'd'] as never);
  const [one] = whole.candidates as [CandidateDiff];
  return replayText({ recorded: { ...whole.recorded, ...recorded }, candidates: [{ ...one, ...candidate }] });
}

const freeze = { agent: 'bot', at: 0, rule: 'bot.budgets[0]', reason: 'budget_exceeded' };

test('a candidate’s column is as narrow as its name allows, and its whole path stands below once', () => {
  const whole = replay(['a', 'b', 'c', 'd'] as never);
  const [one] = whole.candidates as [CandidateDiff];
  const deep = `/home/${'x'.repeat(80)}`;
  const named = (file: string): CandidateDiff => ({ ...one, policy: { ...one.policy, file } });
  const files = [`${deep}/lenient/interlock.yaml`, `${deep}/strict/interlock.yaml`, 'other.yaml'];
  const [summary = ''] = replayText({ ...whole, candidates: files.map(named) })
    .split('\n\n')
    .slice(1);
  const lines = summary.split('\n');
  expect(lines[1]?.trim().split(/ {2,}/)).toEqual(['lenient/interlock.yaml', 'strict/interlock.yaml', 'other.yaml']);
  expect(Math.max(...lines.filter((line) => !line.includes(' is /home')).map((line) => line.length))).toBeLessThan(120);
  expect(summary).toContain(`lenient/interlock.yaml is ${deep}/lenient/interlock.yaml`);
  expect(summary).not.toContain('other.yaml is');
});

test('a freeze that was recorded as well is no freeze that the candidate would begin', () => {
  expect(told({ freezes: [{ ...freeze, call: 'call_1', recorded: true }] })).not.toContain('freezes that it would');
  const both = told({
    freezes: [
      { ...freeze, call: 'call_old', recorded: true },
      { ...freeze, call: 'call_new', recorded: false },
    ],
  });
  expect(both).toContain('freezes that it would newly begin');
  expect(both).toContain('call_new');
  expect(both).not.toContain('call_old');
  expect(both).toContain('1 freeze that the recorded policy began as well is not listed.');
});

test('only policies that decided something are named, and one session is no sessions', () => {
  const policies = [
    { file: 'first.yaml', digest: 'aa', calls: 0 },
    { file: 'second.yaml', digest: 'bb', calls: 1 },
  ];
  const text = told({}, { policies, calls: 1, sessions: 1 });
  expect(text).toContain('1 call of refunds-bot in 1 session, decided under second.yaml (bb).');
});

test('a change at an id that the door made up says that production would have another', () => {
  const { examples } = replay(['a', 'b', 'c', 'd'] as never).candidates[0] as CandidateDiff;
  const [example] = examples.blocked;
  if (example === undefined) throw new Error('no example');
  const made = { ...example, subject: 'charge:ch_shadow7Kq0abcdefgh', madeUp: true };
  expect(told({ examples: { ...examples, blocked: [made] } })).toContain('its subject is made up');
  expect(told({ examples: { ...examples, blocked: [{ ...example, madeUp: false }] } })).not.toContain('made up');
});
