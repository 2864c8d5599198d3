import { unreachable } from '../../std/assert.ts';
import type { Instant } from '../../std/clock.ts';
import { drifted } from '../world/drift.ts';
import type { Fault } from '../world/faults.ts';
import type { WorldAnswer, WorldCall } from '../world/world.ts';

/** How a call fares at its business: what comes back of it. */
export type Met =
  | { readonly kind: 'answer'; readonly answer: WorldAnswer }
  /** The head and half of a body. */
  | { readonly kind: 'cut'; readonly answer: WorldAnswer }
  | { readonly kind: 'reset' }
  /** Nothing, for as long as anybody waits. */
  | { readonly kind: 'silence' };

/** When the business does what it is asked, when the door hears of it, and whether that is soon enough. */
export interface Timetable {
  readonly doneAt: Instant;
  readonly heardAt: Instant;
  /** False: the door has given up by then. What the business does, it does all the same. */
  readonly inTime: boolean;
}

export function timetable(
  at: Instant,
  fault: Fault | undefined,
  lastsMs: number | undefined,
  headTimeoutMs: number,
): Timetable {
  const doneAt = fault?.kind === 'latency' ? at + fault.ms : at;
  const answeredAt = fault?.kind === 'hang' ? Infinity : Math.max(doneAt, at + (lastsMs ?? 0));
  const givenUpAt = at + headTimeoutMs;
  return { doneAt, heardAt: Math.min(answeredAt, givenUpAt), inTime: answeredAt < givenUpAt };
}

/**
 * Acts a fault out, as `worldHandlers` does over HTTP.
 *
 * @param handle lets the business do it; called at most once
 */
export function meet(fault: Fault | undefined, handle: (crash?: WorldCall['crash']) => WorldAnswer): Met {
  switch (fault?.kind) {
    case undefined:
    case 'latency':
      return { kind: 'answer', answer: handle() };
    case 'status':
      return { kind: 'answer', answer: gateway(fault.status, fault.retryAfterS) };
    case 'crash': {
      const answer = handle(fault.when);
      return { kind: 'answer', answer: answer.status >= 500 ? answer : gateway(500, undefined) };
    }
    case 'hang':
      if (fault.commit) handle();
      return { kind: 'silence' };
    case 'reset':
      if (fault.when === 'before') return { kind: 'reset' };
      return fault.when === 'during' ? { kind: 'cut', answer: handle() } : after(handle());
    case 'drift': {
      const answer = handle();
      return { kind: 'answer', answer: { ...answer, body: drifted(answer.body, fault) } };
    }
    default:
      return unreachable(fault);
  }
}

function after(_lost: WorldAnswer): Met {
  return { kind: 'reset' };
}

function gateway(status: number, retryAfterS: number | undefined): WorldAnswer {
  const headers = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
  return { status, headers, body: { error: { type: 'gateway', message: 'The service is not available right now.' } } };
}
