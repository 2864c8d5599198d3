import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/engine/call.ts';
import { tripsOf } from '../../src/engine/combine.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Effectiveness } from '../../src/engine/event.ts';
import { KEY_KEPT_MS, Keys } from '../../src/engine/keys.ts';
import { agent, call, policy } from './policies.ts';

const POLICY = policy([agent('bot'), agent('other')]);

interface Step {
  readonly agent: string;
  readonly key: string | undefined;
  readonly bytes: string;
  readonly waits: number;
  /** What becomes of the call if it goes, and after how many further steps. */
  readonly ends: Effectiveness | 'never';
  readonly after: number;
}

interface Sent {
  readonly call: Call;
  readonly at: number;
  ended: Effectiveness | undefined;
}

/** What must be said of a call, recounted from everything that was let through before it. */
function expected({ agent: who, key, fingerprint, at }: Call, before: readonly Sent[]): string {
  if (key === undefined) return 'allow';
  // What came to nothing is as if it had never been.
  const last = before.findLast(({ call, ended }) => call.key === key && ended !== 'ineffective');
  if (last === undefined) return 'allow';
  if (last.ended !== undefined && last.at <= at - KEY_KEPT_MS) return 'allow';
  if (last.call.agent !== who) return 'idempotency_key_taken';
  if (last.call.fingerprint !== fingerprint) return 'idempotency_key_reused';
  return last.ended === undefined ? 'idempotency_key_in_flight' : 'allow';
}

const step: fc.Arbitrary<Step> = fc.record({
  agent: fc.constantFrom('bot', 'other'),
  key: fc.constantFrom('k1', 'K1', undefined),
  bytes: fc.constantFrom('a', 'b'),
  waits: fc.constantFrom(0, 1, KEY_KEPT_MS / 2, KEY_KEPT_MS),
  ends: fc.constantFrom('effective', 'unknown', 'ineffective', 'never'),
  after: fc.nat({ max: 3 }),
});

describe('whose an idempotency key is', () => {
  property.prop([fc.array(step, { maxLength: 20 })], { numRuns: 500 })(
    'any history: as recounted from what went before, also by an engine that was saved and loaded at every step',
    (steps) => {
      let engine = new Engine(POLICY);
      const sent: Sent[] = [];
      const ends: { readonly one: Sent; readonly due: number; readonly how: Effectiveness }[] = [];
      let at = 0;
      for (const [index, { agent: who, key, bytes, waits, ends: how, after }] of steps.entries()) {
        at += waits;
        for (const { one, due, how: end } of ends) {
          if (due !== index) continue;
          engine.apply({ kind: 'ended', call: one.call.id, at, effectiveness: end });
          one.ended = end;
        }
        const next = call(`c${index}`, {
          at,
          agent: who,
          fingerprint: bytes,
          ...(key !== undefined && { key }),
        });
        const decision = engine.decide(next);
        const { reason } = decision.decisive;
        expect(decision.verdict === 'allow' ? 'allow' : reason).toBe(expected(next, sent));
        engine.apply({ kind: 'decided', call: next, verdict: decision.verdict, trips: tripsOf(decision) });
        if (decision.verdict === 'allow') {
          const one: Sent = { call: next, at, ended: undefined };
          sent.push(one);
          if (how !== 'never') ends.push({ one, due: index + 1 + after, how });
        }
        const loaded = new Engine(POLICY);
        loaded.load(JSON.parse(JSON.stringify(engine.save())), engine.open());
        engine = loaded;
      }
    },
  );

  test('another agent is told nothing of whose it is', () => {
    const engine = new Engine(POLICY);
    const mine = call('c1', { key: 'k', agent: 'bot' });
    engine.apply({ kind: 'decided', call: mine, verdict: 'allow', trips: [] });
    const { decisive } = engine.decide(call('c2', { key: 'k', agent: 'other' }));
    expect(decisive).toMatchObject({ reason: 'idempotency_key_taken', retryable: 'if-changed' });
    expect(JSON.stringify(decisive)).not.toMatch(/c1|bot/);
  });

  test('what is remembered is bounded, and the newest stays', () => {
    const keys = new Keys(10);
    const passed = new Engine(POLICY).decide(call('c'));
    for (let index = 0; index < 100; index += 1) keys.decided(call(`c${index}`, { key: `k${index}` }), true);
    const denied = Array.from({ length: 100 }, (_, index) => index).filter(
      (index) => keys.resolve(call('c', { key: `k${index}` }), passed).verdict !== 'allow',
    );
    expect(denied.length).toBeLessThanOrEqual(20);
    expect(denied).toContain(99);
    expect(denied).toContain(90);
  });
});
