import type { Instant } from '../std/clock.ts';
import { formatDuration } from '../std/duration.ts';
import type { Effectiveness } from '../engine/event.ts';
import type { CallId } from '../engine/ids.ts';
import type { BaselineFile, RouteBaselineFile } from '../policy/index.ts';
import type { CallEntry, Recorded } from './entry.ts';
import { Histogram } from './histogram.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** What is usual is what nineteen of twenty hours, days and answers stay within. */
const USUAL_PERCENT = 95;

/**
 * What an agent usually does, learned from the last `days` days of its calls that the door let through (or, in shadow,
 * would have): how many, how fast, how often they failed. `undefined`: it made none.
 *
 * @param records a journal that can be iterated twice
 */
export function learnBaseline(records: Iterable<Recorded>, agent: string, days: number): BaselineFile | undefined {
  const last = lastCall(records, agent);
  if (last === undefined) return undefined;
  const pupil = new Pupil();
  let digest: string | undefined;
  for (const record of records) {
    if (record.kind === 'policy') digest = record.digest;
    else if (record.kind === 'outcome') pupil.ended(record.call, record.effectiveness, record.facts?.latencyMs);
    else if (record.kind === 'recovery') for (const call of record.unknown) pupil.ended(call, 'unknown', undefined);
    else if (record.kind === 'call' && isOf(record, agent) && record.at > last - days * DAY_MS && record.at <= last) {
      pupil.called(record, digest);
    }
  }
  return pupil.learned();
}

function isOf({ agent: its, verdict }: CallEntry, agent: string): boolean {
  return its === agent && (verdict === 'allow' || verdict === 'capture');
}

function lastCall(records: Iterable<Recorded>, agent: string): Instant | undefined {
  let last: Instant | undefined;
  for (const record of records) if (record.kind === 'call' && isOf(record, agent)) last = record.at;
  return last;
}

/** Memory grows with routes, days and calls under way, not with calls. */
class Pupil {
  readonly #routes = new Map<string, RouteLessons>();
  readonly #open = new Map<CallId, RouteLessons>();
  readonly #policies = new Set<string>();
  #from: Instant | undefined;
  #to: Instant = 0;
  #calls = 0;

  called({ call, route, at, verdict }: CallEntry, policy: string | undefined): void {
    let lessons = this.#routes.get(route);
    if (lessons === undefined) this.#routes.set(route, (lessons = new RouteLessons()));
    lessons.called(at);
    if (verdict === 'allow') this.#open.set(call, lessons);
    if (policy !== undefined) this.#policies.add(policy);
    this.#from ??= at;
    this.#to = at;
    this.#calls += 1;
  }

  ended(call: CallId, effectiveness: Effectiveness, latencyMs: number | null | undefined): void {
    this.#open.get(call)?.ended(effectiveness, latencyMs);
    this.#open.delete(call);
  }

  learned(): BaselineFile {
    const routes = [...this.#routes].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      learned: {
        from: new Date(this.#from ?? 0).toISOString(),
        to: new Date(this.#to).toISOString(),
        policy: [...this.#policies],
        calls: this.#calls,
      },
      routes: Object.fromEntries(routes.map(([route, lessons]) => [route, lessons.learned()])),
    };
  }
}

/** What was seen of one route. */
class RouteLessons {
  readonly #hours = new Map<number, number>();
  readonly #days = new Map<number, number>();
  readonly #latencies = new Histogram();
  #calls = 0;
  #failed = 0;

  called(at: Instant): void {
    this.#calls += 1;
    countIn(this.#hours, Math.floor(at / HOUR_MS));
    countIn(this.#days, Math.floor(at / DAY_MS));
  }

  ended(effectiveness: Effectiveness, latencyMs: number | null | undefined): void {
    if (effectiveness !== 'effective') this.#failed += 1;
    if (latencyMs != null) this.#latencies.add(latencyMs);
  }

  learned(): RouteBaselineFile {
    const latencyMs = this.#latencies.percentile(USUAL_PERCENT);
    return {
      calls: this.#calls,
      days: this.#days.size,
      perHour: usual(this.#hours),
      perDay: usual(this.#days),
      failed: this.#failed,
      ...(latencyMs !== undefined && { latency: formatDuration(latencyMs) }),
    };
  }
}

function countIn(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The 95th percentile of counts, by nearest rank. */
function usual(counts: ReadonlyMap<number, number>): number {
  const sorted = [...counts.values()].sort((a, b) => a - b);
  return sorted[Math.ceil((sorted.length * USUAL_PERCENT) / 100) - 1] ?? 0;
}
