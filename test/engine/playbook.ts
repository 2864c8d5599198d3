import type { AmountFact, Call, Truth } from '../../src/engine/call.ts';
import { tripsOf } from '../../src/engine/combine.ts';
import { isAdmitted, type Decision, type Trip } from '../../src/engine/decision.ts';
import type { Effectiveness, Event } from '../../src/engine/event.ts';
import type { CallId, RuleId } from '../../src/engine/ids.ts';
import type { Policy } from '../../src/engine/policy.ts';
import { calendar } from '../../src/std/calendar.ts';
import type { Instant } from '../../src/std/clock.ts';
import { agentId, call, routeId } from './policies.ts';

/** What a history is made of. Times are relative, so that a shrunken history still makes sense. */
export type Step =
  | CallStep
  /** Ends the nth call that is open, or (`stray`) repeats the end of the nth call ever made. */
  | { readonly kind: 'end'; readonly nth: number; readonly effectiveness: Effectiveness; readonly stray: boolean }
  | { readonly kind: 'freeze'; readonly agent: string; readonly trip: Trip }
  | { readonly kind: 'resume'; readonly agent: string }
  | { readonly kind: 'wait'; readonly ms: number }
  /** Moves to where the nth last event leaves a window of that length, or a millisecond beside it. */
  | { readonly kind: 'edge'; readonly nthLast: number; readonly windowMs: number; readonly beside: number }
  | { readonly kind: 'midnight'; readonly timeZone: string; readonly beside: number };

export interface CallStep {
  readonly kind: 'call';
  readonly agent: string;
  readonly route: string;
  readonly subject: string | null;
  /** Used where the route moves money. */
  readonly amount: AmountFact;
  /** Used where the route is bulk. */
  readonly items: number | null;
  readonly fingerprint: string;
  readonly task: string;
  readonly session: string;
  readonly granted: boolean;
  /** What the agent's conditions say, in turn. */
  readonly truths: readonly (Truth | undefined)[];
}

export interface Story {
  readonly policy: Policy;
  readonly startsAt: Instant;
  readonly steps: readonly Step[];
}

/** Who decides, and who is told: an engine, or a test's wrapper of one. */
export interface Actor {
  decide(call: Call): Decision;
  apply(event: Event): void;
}

/** Acts a story out. Every call is decided once and then applied, as the door does it. Returns the events, in order. */
export function play(story: Story, actor: Actor): Event[] {
  const events: Event[] = [];
  const calls: CallId[] = [];
  let open: CallId[] = [];
  let at = story.startsAt;
  const tell = (event: Event): void => {
    actor.apply(event);
    events.push(event);
  };
  for (const step of story.steps) {
    switch (step.kind) {
      case 'call': {
        const intended = intend(story.policy, step, `call_${calls.length}`, at);
        const decision = actor.decide(intended);
        calls.push(intended.id);
        if (isAdmitted(decision.verdict)) open.push(intended.id);
        tell({ kind: 'decided', call: intended, verdict: decision.verdict, trips: tripsOf(decision) });
        break;
      }
      case 'end': {
        const among = step.stray ? calls : open;
        const ended = among[step.nth % among.length];
        if (ended === undefined) break;
        open = open.filter((id) => id !== ended);
        tell({ kind: 'ended', call: ended, at, effectiveness: step.effectiveness });
        break;
      }
      case 'freeze': {
        const freeze = { agent: agentId(step.agent), at, trip: step.trip, by: 'human:ann', reason: 'looks wrong' };
        tell({ kind: 'frozen', freeze });
        break;
      }
      case 'resume':
        tell({ kind: 'resumed', agent: agentId(step.agent), at });
        break;
      case 'wait':
        at += step.ms;
        break;
      case 'edge': {
        const event = events.at(-1 - step.nthLast);
        if (event !== undefined) at = Math.max(at, timeOf(event) + step.windowMs + step.beside);
        break;
      }
      case 'midnight':
        at = Math.max(at, calendar(step.timeZone)(at).end + step.beside);
    }
  }
  return events;
}

/** A step's call as the door would state it: facts are there only where the route has them. */
function intend(policy: Policy, step: CallStep, id: string, at: Instant): Call {
  const { kind: _, truths, amount, items, ...said } = step;
  const route = policy.routes.get(routeId(step.route));
  const conditional = policy.agents.get(agentId(step.agent))?.allow.filter(({ when }) => when !== undefined) ?? [];
  const conditions: Record<RuleId, Truth> = {};
  for (const [index, { rule }] of conditional.entries()) {
    const truth = truths[index % truths.length];
    if (truth !== undefined) conditions[rule] = truth;
  }
  return call(id, {
    ...said,
    at,
    effect: route?.effect ?? 'write',
    amount: route?.amount === undefined ? null : amount,
    items: route?.items === undefined ? null : items,
    conditions,
  });
}

export function timeOf(event: Event): Instant {
  if (event.kind === 'decided') return event.call.at;
  return event.kind === 'frozen' ? event.freeze.at : event.at;
}
