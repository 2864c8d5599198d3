import type { Call } from '../engine/call.ts';

/** What a candidate's decision depends on that may differ from what was recorded. */
export type CallFacts = Pick<
  Call,
  | 'route'
  | 'effect'
  | 'subject'
  | 'amount'
  | 'items'
  | 'key'
  | 'envelope'
  | 'unanswerable'
  | 'granted'
  | 'conditions'
  | 'particulars'
>;

/** A fact that the recording does not hold. */
export interface Unknown {
  /** The rule or fact that asks: `bot.allow[1]`, `subject of create_refund`. */
  readonly rule: string;
  readonly why: string;
  /**
   * - `condition`: it can be judged as if it were true, and as if it were false
   * - `precondition`: nobody read for it, which matters only where nothing else refuses
   * - `fact`: it may be anything
   */
  readonly kind: 'condition' | 'precondition' | 'fact';
}

/** The facts of a tape's calls under one candidate. */
export interface CandidateFacts {
  /** Of a row whose facts were read anew; `undefined`: they stand in the columns. */
  override(row: number): CallFacts | undefined;
  /** The conditions of a row without an override. */
  conditions(row: number): Call['conditions'];
  /** What of a row is not known; `undefined`: nothing. */
  unknown(row: number): readonly Unknown[] | undefined;
  /** Whether the call would have been made at all: a read of the door's own is not, where no rule asks for it. */
  made(row: number): boolean;
}
