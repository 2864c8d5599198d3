import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CallId, RouteId } from '../../src/engine/ids.ts';
import { Outbox, type Entry, type TrailCall } from '../../src/journal/index.ts';
import { pageOf } from '../../src/notify/page-text.ts';
import type { Page } from '../../src/notify/page.ts';
import type { Site } from '../../src/notify/told.ts';
import { shellWord } from '../../src/notify/plain.ts';
import { call, EVERYTHING, freeze, held, policyRecord, resume, STANDINGS, stood } from './records.ts';
import { execFileSync } from 'node:child_process';

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);
const SITE = { data: '/srv/inter lock', policy: '/etc/interlock.yaml', environment: 'production' };

/** The page that a record is. */
function pageFor(entry: Entry, site: Site = SITE): Page {
  const outbox = new Outbox();
  outbox.heard(policyRecord(1, { all: EVERYTHING }), { seq: 1, hash: 'a'.repeat(64) });
  outbox.heard(entry, { seq: 2, hash: 'b'.repeat(64) });
  const [page] = outbox.pending();
  if (page === undefined) throw new Error('no page');
  return pageOf(page, site);
}

function trail(count: number): TrailCall[] {
  return Array.from({ length: count }, (_, index) => ({
    call: `call_${index}` as CallId,
    at: AT - 1_000 + index,
    route: 'create_refund' as RouteId,
    subject: `charge:ch_${index}`,
    amount: '10.05 USD',
    verdict: index === count - 1 ? 'deny' : 'allow',
  }));
}

const facts = (page: Page): Record<string, string> =>
  Object.fromEntries(page.facts.map(({ name, value }) => [name, value]));

test('a freeze by a budget tells the money, the subjects, the rule and the way back', () => {
  const page = pageFor(
    freeze(AT, 'refunds-bot', {
      trip: 'kill',
      severed: ['call_7' as CallId],
      cause: {
        guard: 'budget',
        rule: 'refunds-bot.budgets[0]',
        reason: 'budget_exceeded',
        observed: '510.00 USD',
        limit: '500.00 USD',
      },
      trail: trail(8),
      levels: [{ guard: 'budget', rule: 'refunds-bot.budgets[0]', limit: '500 USD per day', remaining: '0.00 USD' }],
    }),
  );
  expect(page).toMatchObject({
    kind: 'freeze',
    severity: 'critical',
    title: 'refunds-bot was killed: budget exceeded',
    reason: 'budget_exceeded',
    environment: 'production',
  });
  expect(facts(page)).toEqual({
    Rule: 'budget refunds-bot.budgets[0]: budget exceeded, observed 510.00 USD, limit 500.00 USD',
    Allowed: '70.35 USD in 7 calls, of its last 8: create_refund ×7',
    'Last subjects': 'charge:ch_7, charge:ch_6, charge:ch_5, charge:ch_4, charge:ch_3, and 3 before',
    Limits: 'budget refunds-bot.budgets[0]: 0.00 USD left of 500 USD per day',
    Stopped: 'every call from now on; 1 in flight severed, outcome unknown: call_7',
    By: 'guard:bot.budgets[0]',
    Since: '2026-01-02T03:04:05.000Z',
  });
  expect(page.commands).toEqual([
    "npx interlock why agent:refunds-bot --data '/srv/inter lock'",
    "npx interlock status --data '/srv/inter lock'",
    "npx interlock audit verify --data '/srv/inter lock'",
    "npx interlock resume refunds-bot --by YOU --reason '…' --data '/srv/inter lock'",
  ]);
});

test.each([
  ['human:ann', 'kill', 'wrong customers', 'bot was killed by ann: wrong customers', 'error'],
  ['agent', 'freeze', 'I am confused', 'bot froze itself: I am confused', 'critical'],
  ['guard:bot.triggers[0]', 'kill', 'runaway', 'bot was killed: runaway', 'critical'],
] as const)('stopped by %s, its title says so', (by, trip, reason, title, severity) => {
  expect(pageFor(freeze(AT, 'bot', { by, trip, reason }))).toMatchObject({ title, severity });
});

test('a held call tells what waits and until when, and nothing of its body, headers or address', () => {
  const page = pageFor(held(AT, 'call_9'));
  expect(page).toMatchObject({ kind: 'hold', title: 'bot waits for a human: create_refund of 120.00 USD' });
  expect(facts(page)).toMatchObject({
    Call: 'call_9: create_refund (money) on payments of 120.00 USD',
    Subject: 'charge:call_9',
    Rule: 'approval bot.approval[0]: needs approval, limit 100 USD',
    Lapses: '2026-01-02T03:34:05.000Z',
  });
  expect(page.commands[0]).toBe("npx interlock why call_9 --data '/srv/inter lock'");
  expect(page.commands[2]).toBe("npx interlock approve call_9 --by YOU --reason '…' --data '/srv/inter lock'");
  expect(JSON.stringify(page)).not.toMatch(/jane|Jane|\/v1\/refunds/);
});

test('a resume names who thinks it safe', () => {
  expect(pageFor(resume(AT))).toMatchObject({ kind: 'resume', title: 'bot was resumed by ann: looked at it' });
});

test('a demotion tells what crossed which line, what the agent may still do, and where to look', () => {
  const page = pageFor(stood(AT, 'demoted', 'refunds-bot'));
  expect(page).toMatchObject({
    kind: 'stage',
    severity: 'critical',
    title: 'refunds-bot was demoted from limited to shadow: reviewers found harm',
    reason: 'demoted_harm',
  });
  expect(facts(page)).toEqual({
    Observed: '4 of 22 reviewed sessions',
    Line: '1%',
    Now: 'shadow: it may read real data; its writes are captured and never sent',
    By: 'watch:harm',
    Reason: 'four wrong refunds',
    Since: '2026-01-02T03:04:05.000Z',
  });
  expect(page.commands).toEqual([
    "npx interlock why agent:refunds-bot --data '/srv/inter lock'",
    "npx interlock gate --agent refunds-bot --to limited --policy /etc/interlock.yaml --data '/srv/inter lock'",
    "npx interlock kill refunds-bot --by YOU --reason '…' --data '/srv/inter lock'",
  ]);
});

test.each([
  ['promoted', 'info', 'bot was promoted to limited (step 1)'],
  ['revoked', 'error', 'ann took the promotion of bot back; it stands at shadow: four wrong refunds'],
  ['lapsed', 'error', 'The promotion of bot does not hold any more; it stands at shadow'],
  ['expiring', 'warning', 'The promotion of bot to limited ends 1970-01-01T00:05:00.000Z'],
  ['broken', 'critical', 'ann broke the glass: bot works at production without having earned it: four wrong refunds'],
  ['whole', 'info', 'The broken glass of bot is over; it stands at shadow'],
] as const)('of %s a person is told as %s', (how, severity, title) => {
  expect(pageFor(stood(AT, how))).toMatchObject({ kind: 'stage', severity, title });
});

test('a human who demotes it is named, and what was watched is not said to have crossed anything', () => {
  const cause = { what: 'demoted', rule: 'human', observed: 'too many complaints', limit: '' } as const;
  const page = pageFor(stood(AT, 'demoted', 'bot', { cause, by: 'human:ann', reason: 'too many complaints' }));
  expect(page).toMatchObject({
    severity: 'error',
    title: 'bot was demoted from limited to shadow by ann: too many complaints',
  });
  expect(Object.keys(facts(page))).not.toContain('Line');
});

test('a promotion names its file, and how to take it back', () => {
  expect(pageFor(stood(AT, 'promoted')).commands).toEqual([
    "npx interlock promotion show '/srv/inter lock/promotions/promotion_1.json'",
    "npx interlock why agent:bot --data '/srv/inter lock'",
    "npx interlock demote --agent bot --by YOU --reason '…' --data '/srv/inter lock'",
  ]);
});

test('a broken glass says who broke it and until when, and how to mend it', () => {
  expect(pageFor(stood(AT, 'broken')).commands[1]).toBe(
    "npx interlock break-glass --agent bot --end --by YOU --reason '…' --data '/srv/inter lock'",
  );
  expect(facts(pageFor(stood(AT, 'broken')))).toMatchObject({
    Until: '1970-01-01T00:03:20.000Z',
    Earned: 'shadow',
    By: 'human:ann',
  });
});

test('whatever agents and people wrote, every line is one visible line of bounded length', () => {
  const words = fc.string({ unit: 'binary', maxLength: 3_000 });
  fc.assert(
    fc.property(words, words, words, (reason, subject, by) => {
      const rows = trail(3).map((row) => ({ ...row, subject }));
      const facts = { ...call(AT, 'c1').facts, subject };
      for (const entry of [
        freeze(AT, 'bot', { reason, trail: rows, by: `human:${by}` }),
        { ...held(AT, 'c1'), facts, task: reason },
        { ...resume(AT), reason, by },
        ...Object.keys(STANDINGS).map((how) =>
          stood(AT, how as keyof typeof STANDINGS, 'bot', { reason, by: `human:${by}` }),
        ),
        stood(AT, 'demoted', subject, { cause: { what: 'demoted', rule: subject, observed: reason, limit: by } }),
      ]) {
        const page = pageFor(entry);
        for (const line of [page.title, page.reason, ...page.facts.map(({ value }) => value)]) {
          expect(line.length).toBeLessThanOrEqual(300);
          expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        }
      }
    }),
  );
});

test('a data directory of any name reaches the shell as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
      fc.pre(!name.includes('\0') && name.isWellFormed());
      expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(name)}`], { encoding: 'utf8' })).toBe(name);
    }),
    { numRuns: 50 },
  );
});

test('where somebody has said where the control room is, a page leads to what it is about; elsewhere it names no address', () => {
  const there = { ...SITE, room: 'https://room.example' };
  const frozen = freeze(AT, 'refunds-bot', {});
  const waits = held(AT, 'call_9');
  expect(facts(pageFor(frozen, there))['Control room']).toBe('https://room.example/agents/refunds-bot');
  expect(facts(pageFor(waits, there))['Control room']).toBe('https://room.example/holds/call_9');
  for (const entry of [frozen, waits]) expect(JSON.stringify(pageFor(entry))).not.toContain('http');
});
