import type { Instant } from '../std/clock.ts';
import type { HoldTerms } from './event.ts';
import type { AgentId, CallId, RouteId, RuleId } from './ids.ts';

/** A call that a human has to approve, and what became of that. */
export interface Hold {
  /** The first call that was held: the hold's name. */
  readonly call: CallId;
  readonly agent: AgentId;
  /** What exactly is approved: a call with these bytes and this envelope, and no other. */
  readonly fingerprint: string;
  readonly route: RouteId;
  readonly subject: string | null;
  /** `250.00 USD`; `unreadable` where the call states none that can be read; `null` where its route moves no money. */
  readonly amount: string | null;
  readonly at: Instant;
  readonly rules: readonly RuleId[];
  readonly expiresAt: Instant;
  /** Asked in shadow, of a write that was to be captured. */
  readonly isCapture?: true;
  readonly review: Review | null;
  /** The call that the approval was spent on, unless that call surely had no effect. */
  readonly usedBy: CallId | null;
  /** While that one stood, another call with these bytes passed unasked: whatever becomes of the first, nothing comes back. */
  readonly spent: boolean;
}

/** A human's word. */
export interface Review {
  readonly approved: boolean;
  readonly by: string;
  readonly reason: string;
}

export type HoldState = 'pending' | 'approved' | 'refused' | 'used' | 'expired';

export function stateOf({ review, usedBy, expiresAt }: Hold, at: Instant): HoldState {
  if (usedBy !== null) return 'used';
  if (review?.approved === false) return 'refused';
  if (at >= expiresAt) return 'expired';
  return review === null ? 'pending' : 'approved';
}

/** The hold, once its approval let this call through. */
export function usedOn(hold: Hold, call: CallId): Hold {
  return hold.usedBy === null ? { ...hold, usedBy: call } : { ...hold, spent: true };
}

/**
 * Whether what humans say of the hold is an answer to what is asked: by all its rules, and by no real write where a captured
 * one was approved. The other way round it is: who approved the write itself has approved its capture.
 */
export function covers(hold: Hold, { rules, isCapture }: HoldTerms): boolean {
  return isOfThisWorld(hold, isCapture) && rules.every((rule) => hold.rules.includes(rule));
}

/** Not so of a hold from the agent's days in shadow, once it has left them. */
export function isOfThisWorld(hold: Hold, isCapture: true | undefined): boolean {
  return hold.isCapture === undefined || isCapture === true;
}
