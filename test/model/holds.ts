import type { Call } from '../../src/engine/call.ts';
import type { Event } from '../../src/engine/event.ts';

/** What is to become of a call that some rules hold. */
export type Answer =
  | { readonly kind: 'ask' }
  | { readonly kind: 'wait'; readonly earlier: string; readonly expiresAt: number }
  | { readonly kind: 'go'; readonly approval: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'used'; readonly by: string }
  | { readonly kind: 'too many' };

/** What a human was asked, as far as a history tells. */
interface Question {
  readonly call: string;
  readonly rules: readonly string[];
  readonly expiresAt: number;
}

/**
 * Approvals, told as simply as they can be: every answer is found by reading the whole history again; nothing is
 * remembered, indexed or forgotten.
 */
export function answerTo(events: readonly Event[], call: Call, rules: readonly string[], pendingMax: number): Answer {
  const question = questionOf(events, call);
  const review = question && reviewOf(events, question);
  if (question !== undefined && review !== undefined) {
    const by = spentOn(events, question, call);
    if (by !== undefined) return { kind: 'used', by };
    if (!review.approved) return { kind: 'refused' };
  }
  if (question === undefined || rules.some((rule) => !question.rules.includes(rule))) {
    return others(events, call) >= pendingMax ? { kind: 'too many' } : { kind: 'ask' };
  }
  if (review !== undefined) return { kind: 'go', approval: question.call };
  return { kind: 'wait', earlier: question.call, expiresAt: question.expiresAt };
}

/** The question about these very bytes that is not out of date. */
function questionOf(events: readonly Event[], { agent, fingerprint, at }: Call): Question | undefined {
  let question: Question | undefined;
  for (const [index, event] of events.entries()) {
    if (event.kind !== 'decided' || event.call.agent !== agent || event.call.fingerprint !== fingerprint) continue;
    const { call, verdict, hold } = event;
    if (question !== undefined && call.at >= question.expiresAt) question = undefined;
    if (hold !== undefined) {
      const known: readonly string[] = question?.rules ?? [];
      if (question !== undefined && hold.rules.every((rule) => known.includes(rule))) continue;
      question = { call: call.id, rules: [...known, ...hold.rules], expiresAt: hold.expiresAt };
    } else if (verdict === 'allow' && question !== undefined) {
      // It went without an answer, so nobody is asked any more.
      if (reviewOf(events.slice(0, index), question) === undefined) question = undefined;
    }
  }
  return question === undefined || at >= question.expiresAt ? undefined : question;
}

/** The first word on it that came in time. */
function reviewOf(events: readonly Event[], { call, expiresAt }: Question) {
  return events.find((event) => event.kind === 'reviewed' && event.call === call && event.at < expiresAt) as
    Extract<Event, { kind: 'reviewed' }> | undefined;
}

/**
 * The allowed call, since the approval, that is not known to have had no effect. Where one was allowed while another
 * stood, the first stands for good.
 */
function spentOn(events: readonly Event[], question: Question, { agent, fingerprint }: Call): string | undefined {
  const review = reviewOf(events, question);
  if (review?.approved !== true) return undefined;
  const gone = (id: string, by: number): boolean =>
    events.slice(0, by).some((one) => one.kind === 'ended' && one.call === id && one.effectiveness === 'ineffective');
  let standing: string | undefined;
  for (const [index, event] of events.entries()) {
    if (index < events.indexOf(review) || event.kind !== 'decided' || event.verdict !== 'allow') continue;
    if (event.call.agent !== agent || event.call.fingerprint !== fingerprint) continue;
    if (event.call.at >= question.expiresAt) continue;
    if (standing !== undefined && !gone(standing, index)) return standing;
    standing = event.call.id;
  }
  return standing === undefined || gone(standing, events.length) ? undefined : standing;
}

/** How many other calls of the agent wait. */
function others(events: readonly Event[], call: Call): number {
  const theirs = events.flatMap((event) =>
    event.kind === 'decided' && event.call.agent === call.agent ? [event.call.fingerprint] : [],
  );
  return [...new Set(theirs)].filter((fingerprint) => {
    if (fingerprint === call.fingerprint) return false;
    const question = questionOf(events, { ...call, fingerprint });
    return question !== undefined && reviewOf(events, question) === undefined;
  }).length;
}
