import type { ServerResponse } from 'node:http';
import type { Call } from '../../engine/call.ts';
import type { Decision, Finding, Retryable, Trip } from '../../engine/decision.ts';
import type { Level } from '../../engine/guard.ts';
import { guards } from '../../engine/guards/index.ts';
import type { CallId, UpstreamId } from '../../engine/ids.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { nextStep, type NextStep } from './next-step.ts';
import type { StageWords } from './stage-words.ts';
import type { Refusal } from '../normal/refusal.ts';
import type { Unanswerable } from '../shadow.ts';

/** An RFC 9457 problem document, with the members an agent needs to recover; of a refusal, with where the agent stands. */
export interface Problem extends StageWords {
  readonly status: number;
  readonly reason: string;
  readonly title: string;
  readonly detail: string;
  readonly retryable: Retryable;
  readonly hint: string;
  readonly guard?: string;
  readonly rule?: string;
  readonly call?: CallId;
  readonly observed?: string;
  readonly limit?: string;
  readonly earlier?: CallId;
  /** The held call, until when a human may approve it, and where to ask what became of it. */
  readonly hold?: CallId;
  readonly expiresAt?: string;
  readonly poll?: string;
  /** What this call did to its agent, beyond being refused. */
  readonly trip?: Trip;
  /** Seconds until repeating could succeed. */
  readonly retryAfterS?: number;
  readonly levels?: readonly Level[];
  /** What to do instead, for a program to follow. */
  readonly next?: NextStep;
}

const FROZEN_NOW = ' You are frozen from here on: only a human can resume you.';
const GUARD_STATUS = new Map(guards.map((guard) => [guard.name, guard.status]));
/** Denials whose status is another than their guard's. */
const REASON_STATUS = new Map([
  ['approval_used', 409],
  ['too_many_holds', 429],
  ['subject_missing', 422],
  ['payment_unreadable', 422],
  ['already_paid', 409],
  ['nonce_used', 409],
  ['idempotency_key_taken', 409],
  ['idempotency_key_in_flight', 409],
  ['idempotency_key_reused', 422],
  ['capture_unanswerable', 501],
]);
/** A guard that failed: Interlock's own fault, not the agent's. */
const FAULT_STATUS = 503;

/** @param port the upstream whose own port the call came in by; `undefined` on the common one */
export function denialProblem(
  call: Call,
  decision: Decision,
  levels: readonly Level[],
  policy: LoadedPolicy,
  port: UpstreamId | undefined,
  stage: StageWords = {},
): Problem {
  const { guard, rule, reason, observed, limit, earlier, hint, trip } = decision.decisive;
  // Whoever is frozen from here on waits for a human, and not for a window.
  const { retryable = 'never', retryAt } = trip === undefined ? decision.decisive : {};
  return {
    status: REASON_STATUS.get(reason) ?? GUARD_STATUS.get(guard) ?? FAULT_STATUS,
    reason,
    title: 'The safety layer refused this call',
    detail: sentence(decision.decisive),
    retryable,
    hint: (hint ?? 'Do not repeat this call; report it to a human.') + (trip === undefined ? '' : FROZEN_NOW),
    next: nextStep(call, decision.decisive, policy, port),
    ...(trip === undefined ? {} : { trip }),
    guard,
    rule,
    call: call.id,
    ...stage,
    levels,
    ...(observed === undefined ? {} : { observed }),
    ...(limit === undefined ? {} : { limit }),
    ...(earlier === undefined ? {} : { earlier }),
    ...(retryAt === undefined ? {} : { retryAfterS: Math.max(1, Math.ceil((retryAt - call.at) / 1000)) }),
  };
}

export function refusalProblem({ status, reason, detail }: Refusal): Problem {
  return {
    status,
    reason,
    title: 'The safety layer could not accept this request',
    detail,
    retryable: 'if-changed',
    next: afterRefusal(status, detail),
    hint: HINTS[afterRefusal(status, detail).do] ?? CORRECT,
  };
}

/** A request that came in under one policy, and would have been judged by another: it was judged by neither. */
export const POLICY_CHANGED_PROBLEM: Problem = {
  status: FAULT_STATUS,
  reason: 'policy_changed',
  title: 'The safety layer changed its policy while this request came in',
  detail: 'It was not judged, and not sent.',
  retryable: 'after',
  retryAfterS: 0,
  next: { do: 'wait', seconds: 0 },
  hint: 'Send the same request again now.',
};

const CORRECT = 'Correct the request as the detail says and send it again.';
const HINTS: Partial<Record<NextStep['do'], string>> = {
  wait: 'Wait, then send the same request again.',
  stop: 'Do not send it again; report this to a human.',
};

function afterRefusal(status: number, detail: string): NextStep {
  if (status === 503 || status === 429) return { do: 'wait', seconds: 5 };
  // Who asks, or where, is nothing that a program could put right by itself.
  return status === 401 || status === 404 ? { do: 'stop' } : { do: 'correct', faults: [detail] };
}

/** A fault of Interlock's own: refused, whatever the call was (I12). */
export const FAULT_PROBLEM: Problem = {
  status: FAULT_STATUS,
  reason: 'safety_layer_fault',
  title: 'The safety layer cannot judge calls now',
  detail: 'The call was not sent.',
  retryable: 'after',
  retryAfterS: 5,
  next: { do: 'wait', seconds: 5 },
  hint: 'Wait, then try again a limited number of times; if it lasts, report it to a human.',
};

/** A full disk is asked every second or so; a disk that is behind has caught up in a moment. */
const FULL_RETRY_S = 30;

/** The journal has no room for a record of this request: it is refused, whatever it was (I12). */
export function fullProblem(why: 'disk_full' | 'disk_behind'): Problem {
  if (why === 'disk_behind') {
    return {
      ...FAULT_PROBLEM,
      reason: why,
      detail: 'The disk that calls are recorded on is far behind; it was not sent.',
    };
  }
  return {
    ...FAULT_PROBLEM,
    reason: why,
    title: 'The safety layer has no room to record calls',
    detail: 'The disk that calls are recorded on is full; the call was not sent.',
    retryAfterS: FULL_RETRY_S,
    next: { do: 'wait', seconds: FULL_RETRY_S },
    hint: 'Wait, then try again; if it lasts, report to a human that the disk of the safety layer is full.',
  };
}

/** A call that was allowed, and is not sent for what the safety layer took too long. */
export function lateProblem(call: Call): Problem {
  const detail = 'The call was allowed, but could not be recorded and sent soon enough; it was not sent.';
  return { ...FAULT_PROBLEM, reason: 'sent_too_late', detail, call: call.id };
}

/** RFC 9110 §15.6.2: what would be needed to answer is not there. Clients are told not to send it again. */
const UNANSWERABLE_STATUS = 501;

/** A captured write, or a read of what such writes changed, to which no honest answer can be made. */
export function unanswerableProblem(call: Call, { reason, detail, hint }: Unanswerable): Problem {
  return {
    status: UNANSWERABLE_STATUS,
    reason,
    title: 'The safety layer has no honest answer to this call, and makes none up',
    detail,
    retryable: 'never',
    next: { do: 'stop' },
    hint,
    call: call.id,
  };
}

/** The upstream gave no whole answer to a call that was sent, or could not be reached. */
export function upstreamProblem(call: Call, status: 502 | 504, sent: boolean, detail: string): Problem {
  const risky = sent && call.effect !== 'read';
  return {
    status,
    reason: risky ? 'outcome_unknown' : 'upstream_unavailable',
    title: risky ? 'The call was sent and nobody saw its outcome' : 'The upstream gave no answer',
    detail,
    retryable: risky ? 'never' : 'after',
    retryAfterS: 1,
    next: risky ? { do: 'stop' } : { do: 'wait', seconds: 1 },
    hint: risky
      ? 'It may have taken effect. Read the state of what you acted on before deciding anything; do not send it again.'
      : 'Wait, then try again a limited number of times.',
    call: call.id,
  };
}

/**
 * Answers with the problem. Says "do not retry" also in the headers that SDKs obey, and says "error" also in the member
 * they look for: the official Stripe client takes any JSON without an `error` for a success, whatever its status.
 */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  const { status, reason, title, detail, retryable, retryAfterS, levels, ...members } = problem;
  const error = { type: 'invalid_request_error', code: reason, message: `${detail} ${problem.hint}` };
  const document = { type: `urn:interlock:problem:${reason}`, title, status, detail, retryable, ...members, error };
  const body = Buffer.from(JSON.stringify(document));
  const headers = ['content-type', 'application/problem+json', 'content-length', String(body.length)];
  const { hold, poll } = problem;
  headers.push('interlock-verdict', hold === undefined ? 'deny' : 'hold', 'cache-control', 'no-store');
  if (poll !== undefined) headers.push('location', poll, 'retry-after', String(retryAfterS));
  if (problem.call !== undefined) headers.push('interlock-call', problem.call);
  if (retryable === 'after' && retryAfterS !== undefined) headers.push('retry-after', String(retryAfterS));
  if (retryable !== 'after') headers.push('x-should-retry', 'false', 'stripe-should-retry', 'false');
  if (levels !== undefined) headers.push(...rateLimitHeaders(levels, retryAfterS));
  response.writeHead(status, headers);
  response.end(body);
}

/** `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers): one item per rate rule. */
export function rateLimitHeaders(levels: readonly Level[], resetS = 0): string[] {
  const rates = levels.filter(({ guard }) => guard === 'rate');
  if (rates.length === 0) return [];
  const policy = rates.map(({ rule, limit, windowMs }) => `"${rule}";q=${limit};w=${Math.ceil(windowMs / 1000)}`);
  const left = rates.map(({ rule, remaining }) => `"${rule}";r=${remaining};t=${resetS}`);
  return ['ratelimit-policy', policy.join(', '), 'ratelimit', left.join(', ')];
}

function sentence({ guard, rule, reason, observed, limit }: Finding): string {
  const facts = [
    observed === undefined ? '' : `observed ${observed}`,
    limit === undefined ? '' : `limit ${limit}`,
  ].filter((fact) => fact !== '');
  return `${guard} (${rule}): ${reason.replaceAll('_', ' ')}${facts.length === 0 ? '' : `; ${facts.join(', ')}`}.`;
}
