import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { expect } from 'vitest';
import type { Call } from '../../../src/engine/call.ts';
import { tripsOf } from '../../../src/engine/combine.ts';
import type { Decision, Finding } from '../../../src/engine/decision.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { AnswerFacts, Effectiveness, Event } from '../../../src/engine/event.ts';
import type { CallId } from '../../../src/engine/ids.ts';
import type { Policy } from '../../../src/engine/policy.ts';
import type { Json } from '../../../src/std/canonical-json.ts';
import { agentId, call, routeId } from '../policies.ts';

/** How a call ended, as far as statistics look at it. */
export interface Outcome {
  readonly effectiveness: Effectiveness;
  readonly answer: AnswerFacts | undefined;
}

export type Move =
  | { readonly kind: 'call'; readonly agent: string; readonly route: string; readonly subject: string | null }
  | { readonly kind: 'end'; readonly nth: number; readonly outcome: Outcome }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'resume'; readonly agent: string }
  /** The engine is saved, and another goes on from what was saved. */
  | { readonly kind: 'cut' };

/** Asked at every decision and after every event. `before`: everything that happened until then. */
export interface Watcher {
  decided?(call: Call, decision: Decision, before: readonly Event[]): void;
  alarmed?(call: Call, at: number, alarm: Finding | undefined, before: readonly Event[]): void;
}

/**
 * Acts out what agents, a business, time and a human do, as a door does: every call is decided once and applied, every
 * alarm freezes. Asking is tried twice each time, for it must change nothing. Gives the events.
 */
export function act(policy: Policy, moves: readonly Move[], watcher: Watcher = {}): Event[] {
  let engine = new Engine(policy);
  const events: Event[] = [];
  const open: Call[] = [];
  let at = 1_000_000;
  let calls = 0;
  const tell = (event: Event, one?: Call): void => {
    engine.apply(event);
    events.push(event);
    if (one === undefined) return;
    const alarm = engine.alarm(one, at);
    expect(engine.alarm(one, at)).toEqual(alarm);
    watcher.alarmed?.(one, at, alarm, events);
    const { trip = 'freeze', rule, reason } = alarm ?? { rule: '', reason: '' };
    if (alarm === undefined || engine.frozen(one.agent) !== undefined) return;
    tell({ kind: 'frozen', freeze: { agent: one.agent, at, trip, by: `guard:${rule}`, reason } });
  };
  for (const move of moves) {
    if (move.kind === 'wait') at += move.ms;
    else if (move.kind === 'resume') tell({ kind: 'resumed', agent: agentId(move.agent), at });
    else if (move.kind === 'cut') engine = reloaded(engine, policy);
    else if (move.kind === 'call') {
      const effect = policy.routes.get(routeId(move.route))?.effect ?? 'write';
      const { agent, route, subject } = move;
      const one = call(`call_${calls++}`, { at, agent, route, subject, effect, amount: null });
      const decision = engine.decide(one);
      expect(engine.decide(one)).toEqual(decision);
      watcher.decided?.(one, decision, events);
      if (decision.verdict === 'allow') open.push(one);
      tell({ kind: 'decided', call: one, verdict: decision.verdict, trips: tripsOf(decision) }, one);
    } else {
      const [ended] = open.splice(move.nth % Math.max(1, open.length), 1);
      if (ended !== undefined) tell(endOf(ended.id, at, move.outcome), ended);
    }
  }
  return events;
}

function endOf(id: CallId, at: number, { effectiveness, answer }: Outcome): Event {
  return { kind: 'ended', call: id, at, effectiveness, ...(answer !== undefined && { answer }) };
}

function reloaded(engine: Engine, policy: Policy): Engine {
  const fresh = new Engine(policy);
  fresh.load(JSON.parse(JSON.stringify(engine.save())) as Json, [...engine.open()]);
  return fresh;
}

export function answered(status: number | null, latencyMs: number | null = 10): AnswerFacts {
  return { status, latencyMs, retryAfterMs: null, etag: null, contract: null, values: {} };
}

/** Everything an upstream can do to a call, by name. */
export const OUTCOMES = {
  fine: { effectiveness: 'effective', answer: answered(200) },
  slow: { effectiveness: 'effective', answer: answered(200, 9_000) },
  refused: { effectiveness: 'ineffective', answer: answered(404) },
  throttled: { effectiveness: 'ineffective', answer: answered(429) },
  broken: { effectiveness: 'unknown', answer: answered(503) },
  silent: { effectiveness: 'unknown', answer: answered(null, null) },
  unreachable: { effectiveness: 'ineffective', answer: answered(null, null) },
  crashed: { effectiveness: 'unknown', answer: undefined },
} as const satisfies Record<string, Outcome>;

const step = (agents: readonly string[], routes: readonly string[], subjects: readonly (string | null)[]) =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant('call' as const),
        agent: fc.constantFrom(...agents),
        route: fc.constantFrom(...routes),
        subject: fc.constantFrom(...subjects),
      }),
    },
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant('end' as const),
        nth: fc.nat(4),
        outcome: fc.constantFrom(...Object.values(OUTCOMES)),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('wait' as const),
        ms: fc.constantFrom(1, 16, 17, 500, 999, 1_000, 4_000),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('resume' as const), agent: fc.constantFrom(...agents) }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'cut' as const }) },
  );

export function someMoves(
  agents: readonly string[],
  routes: readonly string[],
  subjects: readonly (string | null)[] = ['charge:1'],
): Arbitrary<Move[]> {
  return fc.array(step(agents, routes, subjects), { minLength: 1, maxLength: 120, size: 'max' });
}
