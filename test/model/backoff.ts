import type { BackoffRule } from '../../src/engine/guards/backoff.ts';
import type { Call } from '../../src/engine/call.ts';
import type { Event } from '../../src/engine/event.ts';
import { type Admitted, type End, History } from './history.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** What `backoff` must find of a call: its reason, and when it may be tried again. Reads the whole history each time. */
export function backoff(rule: BackoffRule, events: readonly Event[], call: Call): { reason: string; retryAt?: number } {
  const mine = new History(events).of(call.agent).admitted();
  const same = mine.filter((one) => one.call.fingerprint === call.fingerprint && concerns(rule, one.call));
  const run = failuresInARow(rule, events, same);
  const last = run.at(-1);
  const counts = last !== undefined && call.at < last.at + DAY;
  if (counts && run.length >= rule.attempts) return { reason: 'attempts_exhausted' };
  if (same.some(({ end }) => end === undefined)) return { reason: 'backing_off', retryAt: call.at + rule.initialMs };
  if (counts) {
    const grown = Math.ceil(Math.min(rule.maxMs, rule.initialMs * rule.factor ** (run.length - 1)));
    const retryAt = last.at + Math.max(grown, asked(last));
    if (call.at < retryAt) return { reason: 'backing_off', retryAt };
  }
  const held = mine
    .filter((one) => one.call.route === call.route && concerns(rule, one.call))
    .flatMap(({ end }) => (end?.answer?.status === 429 ? [end.at + asked(end)] : []));
  const until = Math.max(0, ...held);
  return call.at < until ? { reason: 'backing_off', retryAt: until } : { reason: 'ok' };
}

/** The failures since the last success, a day's pause or a human's resume: each by its end, in order. */
function failuresInARow(rule: BackoffRule, events: readonly Event[], same: readonly Admitted[]): End[] {
  const run: End[] = [];
  for (const event of events) {
    if (event.kind === 'resumed' && event.agent === same[0]?.call.agent) run.length = 0;
    const end = same.find((one) => one.end === event)?.end;
    if (end === undefined) continue;
    const last = run.at(-1);
    if (!failed(end) || (last !== undefined && end.at >= last.at + DAY)) run.length = 0;
    if (failed(end)) run.push(end);
  }
  return run;
}

function failed({ effectiveness, answer }: End): boolean {
  const status = answer?.status ?? null;
  if (effectiveness === 'unknown') return true;
  return status === null ? effectiveness !== 'effective' : status >= 500 || status === 408 || status === 429;
}

function asked({ answer }: End): number {
  const says = answer?.status === 429 || answer?.status === 503;
  return says ? Math.min(HOUR, answer.retryAfterMs ?? 0) : 0;
}

function concerns({ routes }: BackoffRule, { route }: Call): boolean {
  return routes === 'all' || routes.has(route);
}
