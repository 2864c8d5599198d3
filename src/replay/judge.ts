import type { Trip } from '../engine/decision.ts';
import type { AnswerFacts } from '../engine/event.ts';
import type { Freeze } from '../engine/event.ts';
import type { Tape } from '../warehouse/tape/tape.ts';
import type { Words } from '../warehouse/tape/words.ts';

/**
 * A candidate policy and its state, as a replay asks it: the engine itself, or its columnar form. Both give the same, and a
 * property holds them to it. Calls are rows of the tape.
 *
 * As at the door: `decide`, then `decided` for the same row; between them nothing.
 */
export interface Judge {
  /** The verdict, by code; the finding behind it can be asked for until the next one. */
  decide(row: number): number;
  /** The finding that decided, in {@link founds}; 0 where nothing stands against the call. */
  readonly found: number;
  /** When the denial says that the call could pass; NaN: it does not say. */
  readonly retryAt: number;
  /** Whether the call is denied whatever happened before it. */
  readonly forced: boolean;
  /** Makes the decision history; gives the freeze that it began, if it began one. */
  decided(row: number, verdict: number): Begun | undefined;
  /**
   * @param effectiveness a code of the tape's
   * @param answer the place of what was answered, for {@link answerAt}: most rules look at no answer, and an object for each
   *   costs more than what they do
   */
  ended(row: number, at: number, effectiveness: number, answer: number): Begun | undefined;
  frozen(freeze: Freeze): void;
  /** Does nothing where the agent is not frozen. */
  resumed(agent: string, at: number): void;
  reviewed(review: Reviewed): void;
  /** How hard an agent is stopped now; `undefined`: it is not. */
  stopped(agent: string): Trip | undefined;
  readonly founds: Words;
}

/** The place of what a call is assumed to have been answered that was never sent: a success, whole, at once, with nothing in it. */
export const ASSUMED = -1;

/** What stands at a place of the tape's answers; `undefined`: nobody saw an answer. */
export function answerAt({ dictionaries: { answers } }: Tape, place: number): AnswerFacts | undefined {
  if (place === ASSUMED) return ASSUMED_ANSWER;
  return place === 0 ? undefined : answers.at(place);
}

const ASSUMED_ANSWER: AnswerFacts = {
  status: 200,
  latencyMs: 0,
  retryAfterMs: null,
  etag: null,
  contract: null,
  values: {},
};

/** A freeze that the candidate's own rules began. */
export interface Begun {
  readonly agent: string;
  readonly at: number;
  readonly rule: string;
  readonly reason: string;
}

export interface Reviewed {
  readonly call: string;
  readonly at: number;
  readonly approved: boolean;
  readonly by: string;
  readonly reason: string;
}
