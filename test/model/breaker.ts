import type { Event } from '../../src/engine/event.ts';
import type { BreakerRule } from '../../src/engine/guards/breaker.ts';
import type { Call } from '../../src/engine/call.ts';
import { inBuckets } from './buckets.ts';

type End = Extract<Event, { kind: 'ended' }>;

/** What a breaker is, told again from the beginning each time: a list of outcomes and a few dates. */
export function breakerRefuses(rule: BreakerRule, events: readonly Event[], call: Call): boolean {
  const story = tell(rule, events, call.route);
  if (story.openUntil === undefined) return false;
  return call.at < story.openUntil || story.probing.length + story.good >= rule.probes;
}

function tell(rule: BreakerRule, events: readonly Event[], route: string) {
  let openUntil: number | undefined;
  let pauseMs = 0;
  let good = 0;
  let outcomes: { readonly at: number; readonly failed: boolean; readonly slow: boolean }[] = [];
  let probing: string[] = [];
  const calls = new Map<string, string>();
  const open = (at: number, forMs: number): void => {
    pauseMs = Math.min(forMs, 10 * rule.openMs);
    openUntil = at + pauseMs;
    good = 0;
    outcomes = [];
  };
  for (const event of events) {
    if (event.kind === 'decided') calls.set(event.call.id, event.call.route);
    if (event.kind === 'decided' && event.call.route === route && event.verdict === 'allow' && openUntil !== undefined)
      probing.push(event.call.id);
    if (event.kind !== 'ended' || calls.get(event.call) !== route) continue;
    const { at } = event;
    const wasProbe = probing.includes(event.call);
    probing = probing.filter((id) => id !== event.call);
    const bad = isFailure(event) || isSlow(rule, event);
    if (openUntil === undefined) {
      outcomes.push({ at, failed: isFailure(event), slow: isSlow(rule, event) });
      const seen = outcomes.filter((one) => inBuckets(one.at, at, rule.withinMs));
      const share = (of: 'failed' | 'slow'): number => seen.filter((one) => one[of]).length / seen.length;
      const isBroken = share('failed') * 1e6 >= rule.errors;
      const isDrowning = rule.slow !== undefined && share('slow') * 1e6 >= rule.slow.share;
      if (seen.length >= rule.minimum && (isBroken || isDrowning)) open(at, rule.openMs);
    } else if (wasProbe && at >= openUntil) {
      good += 1;
      if (bad) open(at, pauseMs * 2);
      else if (good >= rule.probes) openUntil = undefined;
    }
  }
  return { openUntil, probing, good };
}

/** Everything but an answer that says the upstream is well: 2xx, 3xx, and refusals that are the caller's own. */
function isFailure({ answer, effectiveness }: End): boolean {
  const status = answer?.status ?? null;
  if (effectiveness === 'effective') return false;
  return status === null || status >= 500 || status === 429 || status === 408;
}

function isSlow({ slow }: BreakerRule, { answer }: End): boolean {
  return slow !== undefined && (answer?.latencyMs == null || answer.latencyMs > slow.overMs);
}
