import type { AnswerFacts } from '../../engine/event.ts';
import type { Trip } from '../../engine/decision.ts';

/** What a rule says of a row: the verdicts' codes of the tape, of which `allow` is a pass. */
export const PASS = 0;

/** One rule with its state, over rows: what a monitor is over calls. */
export interface Cell {
  /** Changes nothing that a later check could see. */
  check(row: number): number;
  /** Of the last check that was no pass. */
  readonly refusal: Refusal;
  /** Whether what it says depends on nothing that happened before. */
  readonly stateless: boolean;
  decided?(row: number, allowed: boolean, verdict: number): void;
  /** Whether `ended` asks what was answered; else it is given none. */
  readonly looksAtAnswers?: boolean;
  /** A human resumed its agent. */
  resumed?(): void;
  ended?(row: number, at: number, effectiveness: number, answer: AnswerFacts | undefined): void;
}

/** Guard, rule and reason by their number in the tape's dictionary. */
export interface Refusal {
  found: number;
  /** NaN: it does not say. */
  retryAt: number;
  trip: Trip | undefined;
}
