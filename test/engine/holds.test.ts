import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/engine/call.ts';
import { combine, holdOf, tripsOf } from '../../src/engine/combine.ts';
import type { Decision, Finding } from '../../src/engine/decision.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Effectiveness } from '../../src/engine/event.ts';
import { stateOf } from '../../src/engine/hold.ts';
import { Holds, PENDING_MAX } from '../../src/engine/holds.ts';
import type { CallId } from '../../src/engine/ids.ts';
import { agent, agentId, call, money, policy, routeSet, ruleId } from './policies.ts';

const EXPIRES_MS = 1_000;
const RULE = ruleId('bot.approval[0]');
const POLICY = policy([
  agent('bot', {
    approval: [{ rule: RULE, routes: routeSet('refund'), above: money('100 USD'), expiresMs: EXPIRES_MS }],
  }),
]);

/** An engine, told in words what happens to one call of 250 USD. */
class Desk {
  readonly engine = new Engine(POLICY);
  #calls = 0;

  /** The same bytes every time, unless `bytes` says otherwise. */
  send(at = 0, bytes = 'same'): { readonly call: Call; readonly decision: Decision } {
    const sent = call(`c${(this.#calls += 1)}`, { at, fingerprint: bytes, amount: money('250 USD') });
    const decision = this.engine.decide(sent);
    const { verdict, approval } = decision;
    const hold = holdOf(decision);
    const more = { ...(hold !== undefined && { hold }), ...(approval !== undefined && { approval }) };
    this.engine.apply({ kind: 'decided', call: sent, verdict, trips: tripsOf(decision), ...more });
    return { call: sent, decision };
  }

  say(approved: boolean, at = 0, of = 'c1'): void {
    const word = { by: 'ada', reason: 'looked at it', approved };
    this.engine.apply({ kind: 'reviewed', call: of as CallId, at, ...word });
  }

  end({ call: { id } }: { readonly call: Call }, effectiveness: Effectiveness, at = 0): void {
    this.engine.apply({ kind: 'ended', call: id, at, effectiveness });
  }
}

describe('what becomes of a held call', () => {
  test.each<{ readonly what: string; readonly given: (desk: Desk) => void; readonly at?: number; readonly is: object }>(
    [
      {
        what: 'nobody has answered: the same hold, under its first name and with its first deadline',
        given: () => undefined,
        at: 400,
        is: { verdict: 'hold', decisive: { reason: 'approval_required', earlier: 'c1', expiresAt: EXPIRES_MS } },
      },
      {
        what: 'approved: it goes, by name of who said so',
        given: (desk) => desk.say(true),
        is: { verdict: 'allow', approval: 'c1' },
      },
      {
        what: 'refused: never',
        given: (desk) => desk.say(false),
        is: {
          verdict: 'deny',
          decisive: { reason: 'approval_refused', observed: 'refused by ada: looked at it', retryable: 'never' },
        },
      },
      {
        what: 'the first word counts: refused stays refused',
        given: (desk) => {
          desk.say(false);
          desk.say(true);
        },
        is: { verdict: 'deny', decisive: { reason: 'approval_refused' } },
      },
      {
        what: 'approved a moment before the deadline',
        given: (desk) => desk.say(true, EXPIRES_MS - 1),
        at: EXPIRES_MS - 1,
        is: { verdict: 'allow' },
      },
      {
        what: 'approved at the deadline: too late',
        given: (desk) => desk.say(true, EXPIRES_MS),
        at: EXPIRES_MS,
        is: { verdict: 'hold', decisive: { expiresAt: 2 * EXPIRES_MS } },
      },
      {
        what: 'approved in time, sent too late: everything starts anew',
        given: (desk) => desk.say(true),
        at: EXPIRES_MS,
        is: { verdict: 'hold', decisive: { expiresAt: 2 * EXPIRES_MS } },
      },
      {
        what: 'used and in flight',
        given: (desk) => {
          desk.say(true);
          desk.send();
        },
        is: { verdict: 'deny', decisive: { reason: 'approval_used', earlier: 'c2', retryable: 'never' } },
      },
      ...(['effective', 'unknown'] as const).map((effectiveness) => ({
        what: `used, and the outcome is ${effectiveness}`,
        given: (desk: Desk) => {
          desk.say(true);
          desk.end(desk.send(), effectiveness);
        },
        is: { verdict: 'deny', decisive: { reason: 'approval_used', earlier: 'c2' } },
      })),
      {
        what: 'used without effect: the approval is good again',
        given: (desk) => {
          desk.say(true);
          desk.end(desk.send(), 'ineffective');
        },
        is: { verdict: 'allow', approval: 'c1' },
      },
      {
        what: 'used without effect, and expired meanwhile',
        given: (desk) => {
          desk.say(true);
          desk.end(desk.send(), 'ineffective', EXPIRES_MS);
        },
        at: EXPIRES_MS,
        is: { verdict: 'hold' },
      },
      {
        what: 'approved, but its agent is frozen: the freeze denies',
        given: (desk) => {
          desk.say(true);
          const freeze = { agent: agentId('bot'), at: 0, trip: 'freeze', by: 'agent', reason: 'unsure' } as const;
          desk.engine.apply({ kind: 'frozen', freeze });
        },
        is: { verdict: 'deny', decisive: { guard: 'freeze' } },
      },
    ],
  )('$what', ({ given, at = 0, is }) => {
    const desk = new Desk();
    expect(desk.send().decision).toMatchObject({ verdict: 'hold', decisive: { reason: 'approval_required' } });
    given(desk);
    expect(desk.send(at).decision).toMatchObject(is);
  });

  test('an approval is worth nothing to other bytes, nor to another agent', () => {
    const desk = new Desk();
    desk.send();
    desk.say(true);
    expect(desk.send(0, 'other').decision.verdict).toBe('hold');
    const stolen = call('c9', { agent: 'thief', fingerprint: 'same' });
    expect(desk.engine.decide(stolen)).toMatchObject({ verdict: 'deny', decisive: { reason: 'agent_unknown' } });
  });

  test('the finding of an approved rule passes and says who approved it', () => {
    const desk = new Desk();
    desk.send();
    desk.say(true);
    const finding = { guard: 'approval', rule: RULE, verdict: 'pass', reason: 'approved', observed: 'approved by ada' };
    expect(desk.send().decision.findings).toContainEqual(finding);
  });
});

describe('which rules an approval covers', () => {
  const holding = (...rules: string[]): Decision =>
    combine(
      rules.map((rule): Finding => ({
        guard: 'volume',
        rule: ruleId(rule),
        verdict: 'hold',
        reason: 'too_many',
        expiresAt: EXPIRES_MS,
      })),
    );

  function asked(holds: Holds, id: string, decision: Decision): Decision {
    const one = call(id, { fingerprint: 'same' });
    const resolved = holds.resolve(one, decision);
    const hold = holdOf(resolved);
    holds.decided({ kind: 'decided', call: one, verdict: resolved.verdict, trips: [], ...(hold && { hold }) });
    return resolved;
  }
  const approve = (holds: Holds, id: string): void =>
    holds.reviewed({ kind: 'reviewed', call: id as CallId, at: 0, approved: true, by: 'ada', reason: 'fine' });

  test('a rule that holds the call only later asks again, for both', () => {
    const holds = new Holds();
    asked(holds, 'c1', holding('a'));
    approve(holds, 'c1');
    expect(asked(holds, 'c2', holding('a', 'b'))).toMatchObject({ verdict: 'hold' });
    expect(holds.of('c1' as CallId)).toBeUndefined();
    expect(holds.of('c2' as CallId)?.rules).toEqual(['a', 'b']);
    approve(holds, 'c2');
    expect(asked(holds, 'c3', holding('b')).verdict).toBe('allow');
  });

  test('what went unasked spends the approval too', () => {
    const holds = new Holds();
    asked(holds, 'c1', holding('a'));
    approve(holds, 'c1');
    const free = combine([{ guard: 'scope', rule: ruleId('s'), verdict: 'pass', reason: 'ok' }]);
    expect(asked(holds, 'c2', free)).toBe(free);
    expect(asked(holds, 'c3', holding('a'))).toMatchObject({ decisive: { reason: 'approval_used', earlier: 'c2' } });
  });

  test('where a second call went unasked while the first stood, the end of the first gives nothing back', () => {
    const holds = new Holds();
    asked(holds, 'c1', holding('a'));
    approve(holds, 'c1');
    expect(asked(holds, 'c2', holding('a')).verdict).toBe('allow');
    asked(holds, 'c3', combine([{ guard: 'scope', rule: ruleId('s'), verdict: 'pass', reason: 'ok' }]));
    holds.ended(call('c2', { fingerprint: 'same' }), 'ineffective');
    expect(asked(holds, 'c4', holding('a'))).toMatchObject({ decisive: { reason: 'approval_used', earlier: 'c2' } });
  });

  test('a capture spends an approval as sending would: the same bytes again are refused as they will be in production', () => {
    const holds = new Holds();
    const captured: Finding = { guard: 'stage', rule: ruleId('s'), verdict: 'capture', reason: 'shadow' };
    const both = combine([captured, ...holding('a').findings]);
    asked(holds, 'c1', both);
    approve(holds, 'c1');
    const again = asked(holds, 'c2', both);
    expect(again).toMatchObject({ verdict: 'capture', decisive: { guard: 'stage' }, approval: 'c1' });
    expect(asked(holds, 'c3', both)).toMatchObject({ verdict: 'deny', decisive: { reason: 'approval_used' } });
  });

  describe('what a human says of a write in shadow, once its agent has been promoted,', () => {
    const captured: Finding = { guard: 'stage', rule: ruleId('s'), verdict: 'capture', reason: 'shadow' };
    const inShadow = combine([captured, ...holding('a').findings]);
    /** As a later process that knows the first only from what it saved. */
    const later = (holds: Holds): Holds => {
      const restored = new Holds();
      restored.load(JSON.parse(JSON.stringify(holds.save())) as never);
      return restored;
    };

    test.each([
      ['an approval that nobody used', (_holds: Holds) => undefined],
      ['an approval that a capture used', (holds: Holds) => asked(holds, 'c2', inShadow)],
    ])('%s: the real write is held, and asks anew', (_what, before) => {
      const first = new Holds();
      asked(first, 'c1', inShadow);
      approve(first, 'c1');
      before(first);
      const holds = later(first);
      const held = asked(holds, 'c3', holding('a'));
      expect(held.verdict).toBe('hold');
      expect(held.decisive.earlier).toBeUndefined();
      expect(asked(holds, 'c4', holding('a')).decisive.earlier).toBe('c3');
      approve(holds, 'c1');
      expect(asked(holds, 'c5', holding('a')).verdict).toBe('hold');
      approve(holds, 'c3');
      expect(asked(holds, 'c6', holding('a'))).toMatchObject({ verdict: 'allow', approval: 'c3' });
      expect(asked(holds, 'c7', holding('a'))).toMatchObject({ decisive: { reason: 'approval_used', earlier: 'c6' } });
    });

    test('a refusal: stands', () => {
      const holds = new Holds();
      asked(holds, 'c1', inShadow);
      holds.reviewed({ kind: 'reviewed', call: 'c1' as CallId, at: 0, approved: false, by: 'ada', reason: 'no' });
      expect(asked(later(holds), 'c2', holding('a'))).toMatchObject({ decisive: { reason: 'approval_refused' } });
    });

    test('and an approval of the write itself is good for its capture', () => {
      const holds = new Holds();
      asked(holds, 'c1', holding('a'));
      approve(holds, 'c1');
      expect(asked(later(holds), 'c2', inShadow)).toMatchObject({ verdict: 'capture', approval: 'c1' });
    });
  });
});

describe('bounds', () => {
  test(`the call after ${PENDING_MAX} that wait is refused until one is answered`, () => {
    const desk = new Desk();
    for (let index = 0; index < PENDING_MAX; index += 1) desk.send(0, `f${index}`);
    const refused = desk.send(0, 'one more').decision;
    expect(refused).toMatchObject({
      verdict: 'deny',
      decisive: { reason: 'too_many_holds', limit: String(PENDING_MAX), retryAt: EXPIRES_MS },
    });
    expect(desk.send(0, 'f0').decision.verdict).toBe('hold');
    desk.say(false);
    expect(desk.send(0, 'one more').decision.verdict).toBe('hold');
  });

  test('expired holds make room, are told apart for an hour, and are then forgotten', () => {
    const desk = new Desk();
    for (let index = 0; index < PENDING_MAX; index += 1) desk.send(0, `f${index}`);
    const HOUR_MS = 3_600_000;
    expect(desk.send(EXPIRES_MS, 'late').decision.verdict).toBe('hold');
    const first = desk.engine.holds.of('c1' as CallId);
    expect(first && stateOf(first, EXPIRES_MS)).toBe('expired');
    desk.send(EXPIRES_MS + HOUR_MS, 'later');
    expect(desk.engine.holds.of('c1' as CallId)).toBeUndefined();
    expect(desk.engine.holds.pending(EXPIRES_MS + HOUR_MS)).toHaveLength(1);
  });

  test('a thousand are kept at most; what waits, and what was approved and not used yet, goes last', () => {
    const desk = new Desk();
    desk.send(0, 'waits');
    for (let index = 2; index <= 1_100; index += 1) {
      desk.send(0, `f${index}`);
      desk.say(index === 2, 0, `c${index}`);
    }
    const kept = desk.engine.holds.save() as unknown[];
    expect(kept).toHaveLength(1_000);
    expect(desk.engine.holds.of('c1' as CallId)).toBeDefined();
    expect(desk.engine.holds.of('c2' as CallId)).toMatchObject({ review: { approved: true } });
    expect(desk.engine.holds.of('c3' as CallId)).toBeUndefined();
    expect(desk.engine.holds.of('c1100' as CallId)).toBeDefined();
  });
});
