import { expect, test } from 'vitest';
import { Arena } from '../../../src/lab/probe/arena.ts';
import type { Deed, Oracle } from '../../../src/lab/oracles/oracle.ts';
import { runCourse } from '../../../src/lab/probe/run-course.ts';
import { ARRIVAL } from '../../../src/lab/sandbox/scenario.ts';
import { Violation } from '../../../src/lab/probe/violation.ts';
import type { Fault } from '../../../src/lab/world/faults.ts';
import { getCharge, refund, refundsField, STARTS_AT } from './refunds-field.ts';

const NO_RULES = '';
const LOST: Fault = { kind: 'reset', when: 'after' };

/** Sees everything, and is content. */
function ledgerOf(): { readonly oracle: Oracle; readonly refunds: Deed[] } {
  const refunds: Deed[] = [];
  const watch = { see: (deed: Deed) => void (deed.entry.kind === 'refund' && refunds.push(deed)) };
  return { refunds, oracle: { name: 'seen', text: 'nothing', watch: () => watch } };
}

function open(rules: string, route?: string) {
  const seen = ledgerOf();
  const arena = new Arena(refundsField(rules, route), STARTS_AT, [seen.oracle]);
  const charges = arena.ids('charge').filter((id) => {
    const { body } = arena.outside(getCharge(id));
    const charge = body as { amount_refunded: number; disputed: boolean; amount: number };
    return charge.amount_refunded === 0 && !charge.disputed && charge.amount >= 2_000;
  });
  const [charge = '', other = ''] = charges;
  return { arena, seen, charge, other, grant: arena.grant('bot', 'night') };
}

test('a call is judged by the policy as if its agent were let out, and does what it does at the business', () => {
  const { arena, seen, charge, grant } = open(NO_RULES);
  expect(arena.call(grant, refund(charge, 500))).toMatchObject({ verdict: 'allow', status: 200 });
  expect(seen.refunds).toMatchObject([{ by: { agent: 'bot', session: grant, route: 'create_refund' } }]);
  expect(arena.call(grant, { ...getCharge(charge), target: '/v1/balance' })).toMatchObject({
    verdict: 'deny',
    reason: 'route_unknown',
  });
  expect(arena.call(grant, { ...getCharge(charge), upstream: 'nowhere' })).toMatchObject({
    verdict: 'refused',
    status: 404,
  });
});

test('a lost answer counts as done: the retry is refused, and so it is after a restart', () => {
  for (const restarts of [false, true]) {
    const { arena, seen, charge, grant } = open('    once: [{ route: create_refund, per: subject }]');
    expect(arena.call(grant, refund(charge, 500), { fault: LOST })).toMatchObject({ verdict: 'allow', status: null });
    if (restarts) arena.restart();
    expect(arena.call(grant, refund(charge, 500))).toMatchObject({ verdict: 'deny', status: 409 });
    expect(seen.refunds).toHaveLength(1);
  }
});

test('without a rule that looks at it, the lost answer is refunded twice', () => {
  const { arena, seen, charge, grant } = open(NO_RULES);
  arena.call(grant, refund(charge, 500), { fault: LOST });
  arena.call(grant, refund(charge, 500));
  expect(seen.refunds).toHaveLength(2);
});

test('what is under way at a restart counts as done, for its outcome is lost', () => {
  const { arena, seen, charge, other, grant } = open('    budgets: [{ max: 10 USD, per: day, timezone: UTC }]');
  expect(arena.call(grant, refund(charge, 600), { lastsMs: 60_000 })).toMatchObject({ verdict: 'allow', status: null });
  arena.restart();
  expect(arena.call(grant, refund(other, 600))).toMatchObject({ verdict: 'deny', reason: 'budget_exceeded' });
  arena.settle();
  expect(seen.refunds).toHaveLength(1);
});

test('money held is let go once the business has refused, and not before', () => {
  const { arena, charge, other, grant } = open('    budgets: [{ max: 10 USD, per: day, timezone: UTC, onTrip: deny }]');
  arena.call(grant, refund(charge, 600), { fault: { kind: 'status', status: 429 }, lastsMs: 5_000 });
  expect(arena.call(grant, refund(other, 600))).toMatchObject({ verdict: 'deny' });
  arena.wait(5_000);
  expect(arena.call(grant, refund(other, 600))).toMatchObject({ verdict: 'allow', status: 200 });
});

test('a slow call commits when it is done, and a hang is given up at the upstream’s head timeout', () => {
  const { arena, seen, charge, other, grant } = open(NO_RULES);
  expect(arena.call(grant, refund(charge, 500), { fault: { kind: 'latency', ms: 3_000 }, lastsMs: 0 })).toMatchObject({
    status: null,
  });
  expect(seen.refunds).toEqual([]);
  arena.wait(2_999);
  expect(seen.refunds).toEqual([]);
  arena.wait(1);
  expect(seen.refunds).toMatchObject([{ at: STARTS_AT + 3_000 }]);
  const before = arena.now;
  expect(arena.call(grant, refund(other, 500), { fault: { kind: 'hang', commit: true } })).toMatchObject({
    verdict: 'allow',
    status: null,
  });
  expect(arena.now).toBeGreaterThan(before);
  expect(seen.refunds).toHaveLength(2);
});

test('an agent that is stopped stays stopped, over a restart as well', () => {
  const { arena, charge, grant } = open('    triggers: [{ same: call, count: 3, within: 60s }]');
  const replies = Array.from({ length: 4 }, () => arena.call(grant, getCharge(charge)));
  expect(replies.map(({ verdict }) => verdict)).toEqual(['allow', 'allow', 'deny', 'deny']);
  arena.wait(86_400_000);
  expect(arena.call(grant, getCharge(charge))).toMatchObject({ verdict: 'deny', reason: 'agent_frozen' });
  arena.restart();
  expect(arena.call(grant, getCharge(charge))).toMatchObject({ verdict: 'deny', reason: 'agent_frozen' });
});

test('a precondition is read at the business just before the write', () => {
  const rule =
    '    precondition: { read: "GET /v1/charges/{body.charge}", require: "response.body.refunded == false && response.body.amount_refunded == 0" }';
  const { arena, seen, charge, grant } = open(NO_RULES, rule);
  arena.outside(refund(charge, 500));
  expect(arena.call(grant, refund(charge, 500))).toMatchObject({ verdict: 'deny', status: 412 });
  expect(seen.refunds).toMatchObject([{ by: null }]);
});

test('a held call goes through once when a human approved it', () => {
  const { arena, seen, charge, grant } = open('    approval: [{ route: create_refund, above: 5 USD, expires: 30m }]');
  expect(arena.call(grant, refund(charge, 600))).toMatchObject({ verdict: 'hold' });
  expect(arena.approve('bot')).toBe(true);
  expect(arena.call(grant, refund(charge, 600))).toMatchObject({ verdict: 'allow', status: 200 });
  expect(arena.call(grant, refund(charge, 600))).toMatchObject({ verdict: 'deny' });
  expect(seen.refunds).toHaveLength(1);
});

test('harm ends a run at the deed that went too far, and the course does it again', () => {
  const field = refundsField(NO_RULES);
  const twice: Oracle = {
    name: 'twice',
    text: 'two refunds',
    watch: () => {
      const deeds: Deed[] = [];
      return {
        see: (deed) => {
          if (deed.entry.kind === 'refund') deeds.push(deed);
          return deeds.length < 2 ? undefined : { oracle: 'twice', text: 'two refunds', deeds: [...deeds] };
        },
      };
    },
  };
  const arena = new Arena(field, STARTS_AT, [twice]);
  const [charge = ''] = arena.ids('charge');
  const grant = arena.grant('bot', 'night');
  arena.wait(1_000);
  arena.call(grant, refund(charge, 100), { fault: LOST, session: 'a' });
  expect(() => arena.call(grant, refund(charge, 100), { session: 'b' })).toThrow(Violation);
  const course = arena.course();
  expect(course.steps).toHaveLength(3);
  expect(JSON.parse(JSON.stringify(course))).toEqual(course);
  const harm = runCourse(field, [twice], JSON.parse(JSON.stringify(course)) as typeof course);
  expect(harm?.deeds.map(({ at, by }) => [at - STARTS_AT, by?.session])).toEqual([
    [1_000, 'a'],
    [1_000, 'b'],
  ]);
});

test('a business that fails is reached all the same', () => {
  const arrivals: Deed[] = [];
  const watch = { see: (deed: Deed) => void (deed.entry.kind === ARRIVAL && arrivals.push(deed)) };
  const arena = new Arena(refundsField(NO_RULES), STARTS_AT, [{ name: 'load', text: 'none', watch: () => watch }]);
  arena.call(arena.grant('bot', 'night'), refund('ch_1', 500), { fault: { kind: 'status', status: 503 } });
  expect(arrivals).toMatchObject([{ entry: { subject: 'POST /v1/refunds' }, by: { route: 'create_refund' } }]);
});
