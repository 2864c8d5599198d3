import { expect, test } from 'vitest';
import { accountOf } from '../../../src/lab/probe/account.ts';
import type { Step } from '../../../src/lab/probe/course.ts';
import type { Field } from '../../../src/lab/probe/field.ts';
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
    '2026-01-15 15:00:00 create_refund charge:ch_1 for 50.00 USD; let through; the business commits: refund 50.00 USD; the answer is lost.',
    '15:00:02 create_refund charge:ch_1 for 50.00 USD, again; let through; the business commits: refund 50.00 USD.',
    'Harm: charge:ch_1 was refunded 2 times.',
  ]);
});

test('calls alike are one line with their number and the time that they took; a new day is named', () => {
  const steps = Array.from({ length: 12 }, (): Step[] => [call(100), wait(3_600_000)]).flat();
  expect(story(steps, field, refundedMore(11_500_000n, 86_400_000))).toEqual([
    '2026-01-15 15:00:00 create_refund charge:ch_1 for 1.00 USD; let through; the business commits: refund 1.00 USD.',
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
    '2026-01-15 15:00:00 session night: get_charge charge:ch_1; let through.',
    '15:00:00 session day: create_refund charge:ch_1 for 70.00 USD; held for a human by approval (bot.approval[0]).',
    "15:00:00 a human approves bot's held call.",
    '15:00:00 session day: create_refund charge:ch_1 for 1.00 USD; let through; the business commits: refund 1.00 USD; its answer takes 1m.',
    '15:00:00 the door is killed and starts again from its journal; the outcome of 1 call under way is lost.',
    '15:00:00 session day: create_refund charge:ch_1 for 1.00 USD, again; refused by once (bot.once[0]): already done.',
    '15:00:00 somebody else, past the door: POST /v1/refunds; the business commits: refund 3.00 USD of charge:ch_1.',
    '15:00:00 session day: GET /v1/balance, for which there is no route; refused by scope (bot.allow): route unknown.',
  ]);
});
