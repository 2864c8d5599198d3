import { AnswerTap } from '../../door/flight/answer-tap.ts';
import type { Reading } from '../../door/judge/reading.ts';
import { effectivenessOf } from '../../door/flight/settle.ts';
import type { OutcomeEntry } from '../../journal/entry.ts';
import { answerJson } from '../../journal/index.ts';
import type { Answer } from '../../engine/policy.ts';
import type { Exchange, RecordedAnswer } from './recording.ts';

export interface SeenOutcome {
  readonly outcome: OutcomeEntry;
  /** The whole answer, where the recording has it. */
  readonly answer: Answer | undefined;
}

/** The outcome that a recorded answer means: what the door would have taken from it, had it streamed past. */
export function outcomeOf({ call, route, wire }: Reading, { answer, durationMs }: Exchange): SeenOutcome {
  const { status } = answer;
  const at = call.at + durationMs;
  const { sealing } = wire;
  const tap = new AnswerTap(route, sealing?.readsAnswer);
  if (status !== null) {
    tap.head(status, headersOf(answer), call.at, at);
    if (answer.text !== null) tap.data(Buffer.from(answer.text));
  }
  const { failure = status === null ? 'not_recorded' : null } = answer;
  const seen = tap.facts(answer.whole, answer.failure !== undefined);
  const { facts, text } = sealing?.answered(tap.heard(), seen) ?? { facts: seen, text: tap.text };
  const outcome: OutcomeEntry = {
    kind: 'outcome',
    at,
    call: call.id,
    effectiveness: failure !== null && NEVER_SENT.has(failure) ? 'ineffective' : effectivenessOf(status, null),
    status,
    failure,
    durationMs,
    contentType: tap.contentType,
    answer: text,
    answerBytes: answer.bytes,
    ...(status !== null && { facts: answerJson(facts) }),
    origin: 'recorded',
  };
  return { outcome, answer: answer.whole ? tap.answer() : undefined };
}

/** Failures of requests of which surely nothing reached the upstream. */
const NEVER_SENT: ReadonlySet<string> = new Set(['refused', 'not_sent']);

/** With the type of the recorded text, where no header names it. */
function headersOf({ headers, contentType }: RecordedAnswer): readonly string[] {
  const typed = headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type');
  return typed || contentType === null ? headers : ['content-type', contentType, ...headers];
}
