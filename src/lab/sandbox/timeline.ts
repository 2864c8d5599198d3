import { formatMoney } from '../../std/money.ts';
import type { CallEntry, Entry, Recorded } from '../../journal/entry.ts';
import type { Acted } from './acted.ts';
import { describe } from './describe.ts';
import type { Placed } from './records.ts';
import { TIMELINE_MAX, type TimelineEvent } from './result.ts';
import { ARRIVAL } from './scenario.ts';
import type { LedgerEntry } from '../world/world.ts';

/** Of a long night, how much of its end is kept; the beginning says more. */
const KEPT_AT_THE_END = 100;

/** What a person reads: everything that happened, in time order, alike events of one lane in a row told once. */
export function timeline(
  acted: Acted,
  ledger: readonly LedgerEntry[],
  harmful: ReadonlySet<LedgerEntry>,
  records: readonly Placed[] | undefined,
): { readonly timeline: readonly TimelineEvent[]; readonly omitted: number } {
  const calls: TimelineEvent[] =
    records?.flatMap(({ record }) => told(record)) ??
    acted.arrivals.map(({ at, method, target }) => event(at, 'agent', 'call', `${method} ${target}`));
  const effects = ledger.map((entry) =>
    event(entry.at, 'business', harmful.has(entry) ? 'harm' : 'effect', describe(entry)),
  );
  // Harm that is in no ledger: requests that should not have come.
  for (const entry of harmful) {
    if (entry.kind === ARRIVAL) effects.push(event(entry.at, 'business', 'harm', `bears ${entry.subject}`));
  }
  const said = acted.said.map(({ at, lane, text }) => event(at, lane, 'note', text));
  const all = inARow([...calls, ...effects, ...said].sort((a, b) => a.at - b.at));
  if (all.length <= TIMELINE_MAX) return { timeline: all, omitted: 0 };
  const kept = [...all.slice(0, TIMELINE_MAX - KEPT_AT_THE_END), ...all.slice(-KEPT_AT_THE_END)];
  return { timeline: kept, omitted: all.length - kept.length };
}

function told(record: Recorded): readonly TimelineEvent[] {
  const { at } = record;
  switch (record.kind) {
    case 'call':
      return toldCall(record);
    case 'refusal':
      return [
        event(at, 'door', 'denied', `refuses ${record.method ?? 'a request'} ${record.target ?? ''}: ${record.detail}`),
      ];
    case 'outcome':
      return record.effectiveness === 'unknown' ? [event(at, 'door', 'failure', toldUnknown(record))] : [];
    case 'freeze':
      return [
        event(
          at,
          record.by.startsWith('human:') ? 'operator' : 'door',
          'freeze',
          `${record.trip === 'kill' ? 'kills' : 'freezes'} ${record.agent}: ${record.reason}`,
        ),
      ];
    case 'resume':
      return [event(at, 'operator', 'resume', `resumes ${record.agent}: ${record.reason}`)];
    case 'note':
      return [event(at, 'agent', 'note', record.text)];
    default:
      return [];
  }
}

function toldCall({ at, method, target, verdict, findings, facts, route }: CallEntry): readonly TimelineEvent[] {
  const asked = event(at, 'agent', 'call', `${method} ${target}`);
  if (verdict === 'allow') return [asked];
  const finding = findings.find((one) => typeof one !== 'string');
  const { amount, subject } = facts;
  const moved =
    amount !== null && 'micros' in amount ? ` of ${formatMoney({ ...amount, micros: BigInt(amount.micros) })}` : '';
  const what = `${route}${moved}${subject === null ? '' : ` on ${subject}`}`;
  if (verdict === 'capture') return [asked, event(at, 'door', 'note', `captures ${what}: answered, and never sent`)];
  const why = typeof finding === 'object' ? `${finding.guard}: ${finding.reason.replaceAll('_', ' ')}` : verdict;
  return [asked, event(at, 'door', 'denied', `refuses ${what} (${why})`)];
}

function toldUnknown({ failure, status }: Extract<Entry, { kind: 'outcome' }>): string {
  const seen = failure ?? `status ${status}`;
  return `nobody saw the outcome (${seen}): counted as spent`;
}

/** Of each lane, events alike in a row become one at the first's time; other lanes in between do not part them. */
function inARow(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  const rows: { event: TimelineEvent; count: number }[] = [];
  const last = new Map<TimelineEvent['lane'], { event: TimelineEvent; count: number }>();
  for (const event of events) {
    const row = last.get(event.lane);
    if (row !== undefined && row.event.kind === event.kind && row.event.text === event.text) {
      row.count += 1;
      continue;
    }
    const next = { event, count: 1 };
    rows.push(next);
    last.set(event.lane, next);
  }
  return rows.map(({ event, count }) => ({ ...event, count }));
}

function event(at: number, lane: TimelineEvent['lane'], kind: TimelineEvent['kind'], text: string): TimelineEvent {
  return { at, lane, kind, text, count: 1 };
}
