import type { Instant } from '../../std/clock.ts';
import type { Call } from '../../engine/call.ts';
import type { Engine } from '../../engine/engine.ts';
import type { AnswerFacts, Effectiveness } from '../../engine/event.ts';
import type { OutcomeEntry } from '../../journal/entry.ts';
import { answerJson } from '../../journal/index.ts';
import type { Freezer } from '../freezer.ts';
import type { JournalPort } from '../judge/admit.ts';
import type { AnswerTap } from './answer-tap.ts';
import { effectivenessOf } from './settle.ts';
import type { TransportFailure } from './transport.ts';

/** How an admitted call ended. */
export interface Conclusion {
  readonly call: Call;
  readonly at: Instant;
  readonly tap: AnswerTap;
  /** Why there is no whole answer, as the journal says it, and as the transport did; `null`: there is one. */
  readonly failure: string | null;
  readonly cause: TransportFailure | null;
  /** What rules take from the answer. */
  readonly facts: AnswerFacts;
  /** What the journal keeps of its text. */
  readonly text: string | null;
  /** Where the answer came from, if it is not the upstream's as it stands. */
  readonly origin?: Pick<OutcomeEntry, 'origin' | 'merged' | 'unmerged'>;
}

/**
 * Makes the end of a call history: journal, then engine, in one synchronous step, as `admit` does at its beginning; then
 * comes whatever alarm it raises.
 *
 * Gives whether it took effect; `undefined` where the journal takes no more: the call stays open, and so counted as spent, as
 * it will after the restart (I3).
 */
export function conclude(
  { call, at, tap, failure, cause, facts: answer, text, origin }: Conclusion,
  { engine, journal, freezer }: { readonly engine: Engine; readonly journal: JournalPort; readonly freezer: Freezer },
): Effectiveness | undefined {
  const effectiveness = effectivenessOf(tap.status, cause, call.particulars?.payment == null ? undefined : tap);
  try {
    journal.append({
      kind: 'outcome',
      at,
      call: call.id,
      effectiveness,
      status: tap.status,
      failure,
      durationMs: at - call.at,
      contentType: tap.contentType,
      // What is left of a full disk is for outcomes, not for what upstreams say.
      answer: journal.disk?.kind === 'full' ? null : text,
      answerBytes: tap.bytes,
      facts: answerJson(answer),
      ...origin,
    });
  } catch {
    return undefined;
  }
  engine.apply({ kind: 'ended', call: call.id, at, effectiveness, answer });
  const alarm = engine.alarm(call, at);
  if (alarm !== undefined) freezer.alarm(call, alarm);
  return effectiveness;
}
