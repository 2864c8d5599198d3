import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/engine/call.ts';
import { combine, holdOf } from '../../src/engine/combine.ts';
import type { Decision, Finding } from '../../src/engine/decision.ts';
import type { Effectiveness, Event } from '../../src/engine/event.ts';
import { Holds } from '../../src/engine/holds.ts';
import type { CallId } from '../../src/engine/ids.ts';
import type { Json } from '../../src/std/canonical-json.ts';
import { answerTo, type Answer } from '../model/holds.ts';
import { call, ruleId } from './policies.ts';

/** So few that histories meet the bound. */
const PENDING_MAX = 2;
const RUNS = 3_000;

type Step =
  | { readonly kind: 'call'; readonly agent: string; readonly bytes: string; readonly rules: readonly string[] }
  | { readonly kind: 'review'; readonly nth: number; readonly approved: boolean }
  | { readonly kind: 'end'; readonly nth: number; readonly effectiveness: Effectiveness }
  | { readonly kind: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      agent: fc.constantFrom('ada', 'ada', 'bob'),
      bytes: fc.constantFrom('f1', 'f1', 'f2', 'f3'),
      // None: no rule holds it now, and it simply passes.
      rules: fc.constantFrom(['a'], ['a'], ['a'], ['b'], ['a', 'b'], []),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('review' as const),
      nth: fc.nat(3),
      approved: fc.constantFrom(true, true, false),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      nth: fc.nat(2),
      effectiveness: fc.constantFrom('effective' as const, 'ineffective' as const, 'unknown' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 40, 99, 100, 101) }) },
);
const steps = fc.array(step, { minLength: 1, maxLength: 40, size: 'max' });
const EXPIRES_MS = 100;

interface Witness {
  decide(call: Call, bare: Decision): Decision;
  told?(event: Event): void;
}

/** Acts steps out against one set of holds, as the engine does. Returns the events, in order. */
function act(all: readonly Step[], holds: { decide: Witness['decide']; apply: (event: Event) => void }): Event[] {
  const events: Event[] = [];
  const held: CallId[] = [];
  let open: Call[] = [];
  let at = 0;
  const tell = (event: Event): void => {
    holds.apply(event);
    events.push(event);
  };
  for (const [index, one] of all.entries()) {
    switch (one.kind) {
      case 'call': {
        const intended = call(`c${index}`, { agent: one.agent, fingerprint: one.bytes, at });
        const decision = holds.decide(intended, combine(findings(one.rules, at)));
        const { verdict, approval } = decision;
        const hold = holdOf(decision);
        if (verdict === 'allow') open.push(intended);
        if (verdict === 'hold') held.push(intended.id);
        const more = { ...(hold !== undefined && { hold }), ...(approval !== undefined && { approval }) };
        tell({ kind: 'decided', call: intended, verdict, trips: [], ...more });
        break;
      }
      case 'review': {
        const reviewed = held.at(-1 - one.nth);
        if (reviewed === undefined) break;
        tell({ kind: 'reviewed', call: reviewed, at, approved: one.approved, by: 'ann', reason: 'looked at it' });
        break;
      }
      case 'end': {
        const ended = open[one.nth % open.length];
        if (ended === undefined) break;
        open = open.filter(({ id }) => id !== ended.id);
        tell({ kind: 'ended', call: ended.id, at, effectiveness: one.effectiveness });
        break;
      }
      case 'wait':
        at += one.ms;
    }
  }
  return events;
}

function findings(rules: readonly string[], at: number): Finding[] {
  const hold = (rule: string): Finding => ({
    guard: 'approval',
    rule: ruleId(rule),
    verdict: 'hold',
    reason: 'approval_required',
    expiresAt: at + EXPIRES_MS,
  });
  return [{ guard: 'scope', rule: ruleId('s'), verdict: 'pass', reason: 'ok' }, ...rules.map(hold)];
}

/** The engine keeps the open calls; here they are looked up in the history. */
function apply(holds: Holds, event: Event, before: readonly Event[]): void {
  if (event.kind === 'decided') holds.decided(event);
  else if (event.kind === 'reviewed') holds.reviewed(event);
  else if (event.kind === 'ended') {
    const decided = before.find((one) => one.kind === 'decided' && one.call.id === event.call);
    if (decided?.kind === 'decided') holds.ended(decided.call, event.effectiveness);
  }
}

/** A decision, in the model's words. */
function said({ verdict, decisive, approval }: Decision): Answer {
  if (verdict === 'allow') return { kind: 'go', approval: approval ?? 'none needed' };
  if (decisive.reason === 'approval_refused') return { kind: 'refused' };
  if (decisive.reason === 'approval_used') return { kind: 'used', by: decisive.earlier ?? '' };
  if (decisive.reason === 'too_many_holds') return { kind: 'too many' };
  if (decisive.earlier === undefined) return { kind: 'ask' };
  return { kind: 'wait', earlier: decisive.earlier, expiresAt: decisive.expiresAt ?? 0 };
}

describe('holds and the naive model agree', () => {
  test('on every call of any history, and every kind of answer occurs', () => {
    const met = new Map<string, number>();
    fc.assert(
      fc.property(steps, (all) => {
        const holds = new Holds(PENDING_MAX);
        const events: Event[] = [];
        act(all, {
          decide(one, bare) {
            const decision = holds.resolve(one, bare);
            if (bare.verdict !== 'hold') {
              // A call that no rule holds is asked of nobody, but a human's no to these bytes stands.
              const refused = answerTo(events, one, [], PENDING_MAX).kind === 'refused';
              if (refused) expect(said(decision)).toEqual({ kind: 'refused' });
              else expect(decision).toBe(bare);
              return decision;
            }
            const rules = bare.findings.flatMap(({ verdict, rule }) => (verdict === 'hold' ? [rule] : []));
            const expected = answerTo(events, one, rules, PENDING_MAX);
            expect(said(decision)).toEqual(expected);
            expect(decision.findings).toHaveLength(bare.findings.length);
            met.set(expected.kind, (met.get(expected.kind) ?? 0) + 1);
            return decision;
          },
          apply(event) {
            apply(holds, event, events);
            events.push(event);
          },
        });
      }),
      { numRuns: RUNS },
    );
    const kinds: Answer['kind'][] = ['ask', 'wait', 'go', 'refused', 'used', 'too many'];
    expect(kinds.filter((kind) => (met.get(kind) ?? 0) < 100)).toEqual([]);
  });
});

describe('one_approval_one_effect', () => {
  test('a call that was held goes only on an approval of these bytes and rules, in time, and never twice on the same', () => {
    let gone = 0;
    fc.assert(
      fc.property(steps, (all) => {
        const holds = new Holds(PENDING_MAX);
        const past: Event[] = [];
        const events = act(all, {
          decide: (one, bare) => holds.resolve(one, bare),
          apply(event) {
            apply(holds, event, past);
            past.push(event);
          },
        });
        const standing = new Set<string>();
        for (const [index, event] of events.entries()) {
          if (event.kind !== 'decided' || event.approval === undefined) continue;
          gone += 1;
          const before = events.slice(0, index);
          const asked = before.find((one) => one.kind === 'decided' && one.call.id === event.approval);
          const word = before.find((one) => one.kind === 'reviewed' && one.call === event.approval);
          expect(asked).toMatchObject({ verdict: 'hold', call: { fingerprint: event.call.fingerprint } });
          expect(asked).toMatchObject({ call: { agent: event.call.agent } });
          expect(word).toMatchObject({ approved: true });
          const expiresAt = asked?.kind === 'decided' ? (asked.hold?.expiresAt ?? 0) : 0;
          expect(event.call.at).toBeLessThan(expiresAt);
          const end = events.find((one) => one.kind === 'ended' && one.call === event.call.id);
          if (end?.kind === 'ended' && end.effectiveness === 'ineffective') continue;
          expect(standing.has(event.approval)).toBe(false);
          standing.add(event.approval);
        }
      }),
      { numRuns: RUNS },
    );
    expect(gone).toBeGreaterThan(500);
  });
});

describe('snapshot_equals_fold', () => {
  test('holds that are saved and loaded after every single event answer like those that saw it all', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const folded = new Holds(PENDING_MAX);
        let loaded = new Holds(PENDING_MAX);
        const past: Event[] = [];
        act(all, {
          decide(one, bare) {
            const decision = folded.resolve(one, bare);
            expect(loaded.resolve(one, bare)).toEqual(decision);
            return decision;
          },
          apply(event) {
            apply(folded, event, past);
            apply(loaded, event, past);
            past.push(event);
            const saved = JSON.parse(JSON.stringify(loaded.save())) as Json;
            expect(saved).toEqual(JSON.parse(JSON.stringify(folded.save())));
            loaded = new Holds(PENDING_MAX);
            loaded.load(saved);
          },
        });
      }),
      { numRuns: 500 },
    );
  });
});
