import type { Recorded } from '../../../src/journal/index.ts';
import { seriesOf } from './scrape.ts';

/** What the counters should say, counted over the journal's records by whoever knows nothing of how they are kept. */
export function naiveCount(records: readonly Recorded[], upstreamOf: (route: string) => string): Map<string, number> {
  const counted = new Map<string, number>();
  const add = (name: string, labels: Record<string, string>, by = 1): void => {
    const key = seriesOf(name, labels);
    counted.set(key, (counted.get(key) ?? 0) + by);
  };
  const calls = new Map(records.flatMap((record) => (record.kind === 'call' ? [[record.call, record]] : [])));
  for (const record of records) {
    add('interlock_journal_records_total', { kind: record.kind });
    if (record.kind === 'call') {
      const { agent, route, verdict, findings } = record;
      add('interlock_calls_total', { agent, route, verdict });
      const found = findings.find((finding) => typeof finding !== 'string' && finding.verdict === 'deny');
      if (verdict === 'deny' && typeof found === 'object') {
        add('interlock_denials_total', { agent, guard: found.guard, reason: found.reason });
      }
    }
    if (record.kind === 'refusal') add('interlock_refusals_total', { reason: record.reason }, record.flood?.count ?? 1);
    if (record.kind === 'freeze') {
      add('interlock_freezes_total', { agent: record.agent, trip: record.trip, by: record.by.split(':')[0] as string });
    }
    if (record.kind === 'resume') add('interlock_resumes_total', { agent: record.agent });
    if (record.kind === 'review') {
      add('interlock_reviews_total', { agent: record.agent, answer: record.approved ? 'approved' : 'rejected' });
    }
    const call = record.kind === 'outcome' ? calls.get(record.call) : undefined;
    if (record.kind !== 'outcome' || call === undefined || record.origin !== undefined) continue;
    const { agent, route, facts } = call;
    if (record.failure === 'not_sent') {
      add('interlock_calls_not_sent_total', { agent });
      continue;
    }
    const where = { upstream: upstreamOf(route), route };
    const status = record.status;
    add('interlock_upstream_answers_total', { ...where, class: status === null ? 'none' : `${String(status)[0]}xx` });
    if (record.failure !== null) add('interlock_upstream_failures_total', { ...where, failure: record.failure });
    add('interlock_call_duration_seconds_count', where);
    if (record.effectiveness !== 'ineffective' && facts.amount !== null && 'micros' in facts.amount) {
      add('interlock_spent_micros_total', { agent, currency: facts.amount.currency }, Number(facts.amount.micros));
    }
  }
  return counted;
}
