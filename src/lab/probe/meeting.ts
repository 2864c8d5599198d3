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

/**
 * Acts a fault out, as `worldHandlers` does over HTTP.
 *
 * @param handle lets the business do it; called at most once
 */
export function meet(
  fault: Exclude<Fault, { kind: 'latency' }> | undefined,
  handle: (crash?: WorldCall['crash']) => WorldAnswer,
): Met {
  switch (fault?.kind) {
    case undefined:
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
  }
}

function after(_lost: WorldAnswer): Met {
  return { kind: 'reset' };
}

function gateway(status: number, retryAfterS: number | undefined): WorldAnswer {
  const headers = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
  return { status, headers, body: { error: { type: 'gateway', message: 'The service is not available right now.' } } };
}
