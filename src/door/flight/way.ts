import type { CallId } from '../../engine/ids.ts';
import type { AnswerFacts } from '../../engine/event.ts';
import type { Origin } from '../../journal/entry.ts';
import type { Answer, Exchange, Outbound } from './transport.ts';

/** What an answer is, where it is not the upstream's as it stands. */
export interface ShownAs {
  readonly origin: Origin | undefined;
  /** Captured writes of the session that it shows, and those that it should show and does not. */
  readonly merged: readonly CallId[];
  readonly unmerged: readonly CallId[];
  readonly made: AnswerFacts['made'];
}

/** Who hears an answer, and what it is. */
export interface Showing extends Answer {
  /** Before its head, at most once; never of an upstream's answer as it stands. */
  shows(as: ShownAs): void;
}

/** How a call gets its answer: a transport is one. */
export interface Way {
  send(request: Outbound, answer: Showing, withinMs?: number): Exchange;
}
