import { expect, test } from 'vitest';
import { accountOf } from '../../../src/lab/probe/account.ts';
import type { Step } from '../../../src/lab/probe/course.ts';
import { storyLines } from '../../../src/report/probe/story-lines.ts';
import { loadPolicy } from '../../../src/policy/index.ts';
import { fail } from '../../../src/std/result.ts';
import { newField, type Field } from '../../../src/lab/probe/field.ts';
import crm from '../../../mocks/crm.ts';
import { storyOf } from '../../../src/lab/probe/story.ts';
import type { Fault } from '../../../src/lab/world/faults.ts';
import { getCharge, refund, refundsField, STARTS_AT } from './refunds-field.ts';
import { refundedMore, refundedTwice } from './refund-oracles.ts';

const field = refundsField('');
const charge = field.worlds.get('payments')?.asItStands.ids()['charge']?.[4] ?? '';
const LOST: Fault = { kind: 'reset', when: 'after' };

function story(steps: readonly Step[], of: Field = field, oracle = refundedTwice): readonly string[] {
  const grants = ['day', 'night'].map((task) => ({ name: task, agent: 'bot', task }));
  const account = accountOf(of, { startsAt: STARTS_AT, grants, steps }, oracle);
  return storyOf(account).map((line) => line.replaceAll(charge, 'ch_1'));
}

const call = (cents: number, more: Partial<Step & { kind: 'call' }> = {}): Step => ({
  kind: 'call',
  grant: 'day',
  request: refund(charge, cents),
  ...more,
});
const wait = (ms: number): Step => ({ kind: 'wait', ms });

test('a lost answer and its retry, as a person would tell them', () => {
  expect(story([call(5_000, { fault: LOST }), wait(2_000), call(5_000)])).toEqual([
    '2026-01-15 15:00:00 UTC create_refund charge:ch_1 for 50.00 USD; let through; the business commits: refund 50.00 USD; the answer is lost.',
    '15:00:02 create_refund charge:ch_1 for 50.00 USD, again; let through; the business commits: refund 50.00 USD.',
    'Harm: charge:ch_1 was refunded 2 times.',
  ]);
});

test('calls alike are one line with their number and the time that they took; a new day is named', () => {
  const steps = Array.from({ length: 12 }, (): Step[] => [call(100), wait(3_600_000)]).flat();
  expect(story(steps, field, refundedMore(11_500_000n, 86_400_000))).toEqual([
    '2026-01-15 15:00:00 UTC create_refund charge:ch_1 for 1.00 USD; let through; the business commits: refund 1.00 USD.',
    '16:00:00 to 2026-01-16 02:00:00 create_refund charge:ch_1 for 1.00 USD, again; let through; the business commits: refund 1.00 USD (×11).',
    'Harm: 12.00 USD were refunded.',
  ]);
});

test('what the door refused names the guard, and what happened to the door and past it stands in its place', () => {
  const guarded = refundsField(
    `    once: [{ route: create_refund, per: subject }]
    approval: [{ route: create_refund, above: 60 USD }]`,
  );
  const steps: Step[] = [
    { kind: 'call', grant: 'night', request: getCharge(charge) },
    call(7_000),
    { kind: 'approve', agent: 'bot' },
    call(100, { lastsMs: 60_000 }),
    { kind: 'restart' },
    call(100),
    { kind: 'outside', request: refund(charge, 300) },
    { kind: 'call', grant: 'day', request: { ...getCharge(charge), target: '/v1/balance' } },
  ];
  expect(story(steps, guarded)).toEqual([
    '2026-01-15 15:00:00 UTC session night: get_charge charge:ch_1; let through.',
    '15:00:00 session day: create_refund charge:ch_1 for 70.00 USD; held for a human by approval (bot.approval[0]).',
    "15:00:00 a human approves bot's held call.",
    '15:00:00 session day: create_refund charge:ch_1 for 1.00 USD; let through; the business commits: refund 1.00 USD; its answer takes 1m.',
    '15:00:00 the door is killed and starts again from its journal; the outcome of 1 call under way is lost.',
    '15:00:00 session day: create_refund charge:ch_1 for 1.00 USD, again; refused by once (bot.once[0]): already done.',
    '15:00:00 somebody else, past the door: POST /v1/refunds; the business commits: refund 3.00 USD of charge:ch_1.',
    '15:00:00 session day: GET /v1/balance, for which there is no route; refused by scope (bot.allow): route unknown.',
  ]);
});

const crmField = (): Field => {
  const text = `
version: 1
upstreams:
  crm: { url: https://crm.example, credential: { env: CRM_KEY, as: bearer } }
routes:
  send_email: { match: POST /emails, upstream: crm, effect: write }
agents:
  bot: { stage: shadow, allow: [send_email] }
`;
  const loaded = loadPolicy(text, 'interlock.yaml', { include: () => fail('none'), document: () => fail('none') });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return newField(loaded.value, new Map([['crm', crm]]), { seed: 1, startsAt: STARTS_AT, size: 12 });
};

test('deeds alike are counted, not listed; what a request without a subject names is shown, shortened', () => {
  const of = crmField();
  const contacts = of.worlds.get('crm')?.asItStands.ids()['contact'] ?? [];
  expect(contacts.length).toBeGreaterThanOrEqual(7);
  const send = (from: number, to: number): Step => ({
    kind: 'call',
    grant: 'day',
    request: {
      upstream: 'crm',
      method: 'POST',
      target: '/emails',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ contacts: contacts.slice(from, to), subject: 'Hello you', text: 'x'.repeat(90) }),
    },
  });
  const grants = [{ name: 'day', agent: 'bot', task: 'day' }];
  const steps = [send(0, 5), wait(1_000), send(2, 7), wait(1_000), send(2, 7), wait(1_000), send(6, 7)];
  const account = accountOf(of, { startsAt: STARTS_AT, grants, steps });
  const named = (from: number): string => `contacts: ${contacts[from]}, ${contacts[from + 1]} and 3 more`;
  const rest = `; subject: "Hello you"; text: ${'x'.repeat(39)}…`;
  const done = (count: string, inAll = ''): string =>
    `let through; the business commits: email sent to ${count}${inAll}`;
  expect(storyOf(account)).toEqual([
    `2026-01-15 15:00:00 UTC send_email /emails (${named(0)}${rest}); ${done('5 contacts')}.`,
    `15:00:01 send_email /emails (${named(2)}${rest}); ${done('5 contacts', ' (7 in all)')}.`,
    `15:00:02 send_email /emails (${named(2)}${rest}), again; ${done('5 contacts', ' (7 in all)')}.`,
    `15:00:03 send_email /emails (contacts: ${contacts[6]}${rest}); ${done(`contact:${contacts[6]}`)}.`,
  ]);
});

test('a field that differs between calls of a route is shown, and one that the policy reads', () => {
  const noted = (cents: number, reason: string): Step => {
    const request = refund(charge, cents);
    return { kind: 'call', grant: 'day', request: { ...request, body: `${request.body}&reason=${reason}` } };
  };
  const steps = [noted(100, 'duplicate'), noted(100, 'fraudulent')];
  expect(story(steps).slice(0, 2)).toEqual([
    expect.stringContaining('create_refund charge:ch_1 for 1.00 USD (reason: duplicate); let through'),
    expect.stringContaining('create_refund charge:ch_1 for 1.00 USD (reason: fraudulent); let through'),
  ]);
  const alone = accountOf(field, {
    startsAt: STARTS_AT,
    grants: [{ name: 'day', agent: 'bot', task: 'day' }],
    steps: [noted(100, 'duplicate')],
  });
  expect(storyOf(alone)[0]).not.toContain('duplicate');
  expect(storyOf(alone, { places: ['body.reason'] })[0]).toContain('(reason: duplicate)');
});

test('where the day of another zone counts, the local time stands where that day is new', () => {
  const startsAt = Date.parse('2026-01-16T03:00:00Z');
  const grants = [{ name: 'day', agent: 'bot', task: 'day' }];
  const steps = [call(100), wait(3_600_000), call(200), wait(3_600_000), call(300)];
  const told = storyOf(accountOf(field, { startsAt, grants, steps }), { zones: ['America/New_York', 'UTC'] });
  expect(told.map((line) => line.slice(0, line.indexOf(' create_refund')))).toEqual([
    '2026-01-16 03:00:00 UTC (2026-01-15 22:00:00 in America/New_York)',
    '04:00:00',
    '05:00:00 (2026-01-16 00:00:00 in America/New_York)',
  ]);
});

test('in a terminal a long line hangs below its time', () => {
  const lines = storyLines(`15:00:00 ${'word '.repeat(60).trim()}`);
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.every((line) => line.length <= 120)).toBe(true);
  expect(lines[0]).toMatch(/^ {2}15:00:00 word/);
  expect(lines.slice(1).every((line) => /^ {4}word/.test(line))).toBe(true);
});
