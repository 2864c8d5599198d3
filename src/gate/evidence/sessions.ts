import type { Instant } from '../../std/clock.ts';
import { numberIn, numberOrNull, textIn, type Source } from '../../evidence/shadow/source.ts';
import { FROM_UPSTREAM } from '../../evidence/shadow/scope.ts';
import type { SessionEvidence } from './evidence.ts';
import type { KnownWrite } from './writes.ts';

/** What one session came to. */
export interface Session {
  readonly session: string;
  readonly first: Instant;
  readonly last: Instant;
  readonly calls: number;
  /** Writes that would have taken effect. */
  readonly meant: number;
  /** In micro-units of the main currency, as meant. */
  readonly micros: number;
  /** Median of its upstreams' answers; `null`: none answered. */
  readonly latencyMs: number | null;
}

/** @param currency the main one; `null`: no money was meant */
export async function sessionsIn(source: Source, currency: string | null): Promise<readonly Session[]> {
  const rows = await source.rows(
    `SELECT session, min("at")::DOUBLE AS first, max("at")::DOUBLE AS last, count(*)::DOUBLE AS calls,
      count(*) FILTER (WHERE meant)::DOUBLE AS meant,
      coalesce(sum(amount_micros) FILTER (WHERE meant AND currency = $currency), 0)::DOUBLE AS micros,
      median(duration_ms) FILTER (WHERE effectiveness IS NOT NULL AND ${FROM_UPSTREAM})::DOUBLE AS latency
    FROM scoped GROUP BY 1 ORDER BY min(seq)`,
    { currency },
  );
  return rows.map((row) => ({
    session: textIn(row, 'session'),
    first: numberIn(row, 'first'),
    last: numberIn(row, 'last'),
    calls: numberIn(row, 'calls'),
    meant: numberIn(row, 'meant'),
    micros: numberIn(row, 'micros'),
    latencyMs: numberOrNull(row, 'latency'),
  }));
}

export function sessionEvidence(sessions: readonly Session[], writes: readonly KnownWrite[]): SessionEvidence {
  return {
    all: sessions.length,
    writing: sessions.filter(({ meant }) => meant > 0).length,
    repeated: repeatedTasks(writes),
  };
}

/** Of a session that was judged in part, nobody knows whether it was clean: it is no run. */
function repeatedTasks(writes: readonly KnownWrite[]): SessionEvidence['repeated'] {
  const meant = writes.filter((write) => write.meant);
  const sessions = Map.groupBy(meant, ({ intent: { session } }) => session);
  const tasks = new Map<string, { runs: number; clean: number }>();
  for (const its of sessions.values()) {
    const [first] = its;
    if (first === undefined || its.some(({ harmful }) => harmful === null)) continue;
    const task = tasks.get(first.intent.task) ?? { runs: 0, clean: 0 };
    task.runs += 1;
    if (its.every(({ harmful }) => harmful === false)) task.clean += 1;
    tasks.set(first.intent.task, task);
  }
  return [...tasks].filter(([, { runs }]) => runs > 1).map(([task, counts]) => ({ task, ...counts }));
}
