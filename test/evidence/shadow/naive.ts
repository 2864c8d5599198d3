import type { CallEntry, OutcomeEntry, Recorded } from '../../../src/journal/entry.ts';
import type { Scope } from '../../../src/evidence/shadow/scope.ts';

/** A call with how it ended, as a plain loop over the journal finds it. */
export interface NaiveCall extends Recorded<CallEntry> {
  readonly ended: Recorded<OutcomeEntry> | undefined;
  readonly local: Local;
  /** It asks again for the answer of an earlier write of its session: the same key, the same bytes. */
  readonly repeat: boolean;
}

/** A wall clock's reading. */
export interface Local {
  readonly day: string;
  readonly hour: number;
  /** 1 is Monday. */
  readonly weekday: number;
}

/** The scope's calls, found one by one. */
export function naiveCalls(
  records: readonly Recorded[],
  { agent, from, to, stage, timeZone }: Scope,
): readonly NaiveCall[] {
  const ends = new Map<string, Recorded<OutcomeEntry>>();
  for (const record of records) if (record.kind === 'outcome' && !ends.has(record.call)) ends.set(record.call, record);
  const seen = new Set<string>();
  return records.flatMap((record) => {
    if (record.kind !== 'call' || record.agent !== agent || record.before !== undefined) return [];
    if (from !== null && record.at < from) return [];
    if (to !== null && record.at >= to) return [];
    if (stage !== null && record.stage !== stage) return [];
    const call = { ...record, ended: ends.get(record.call), local: localOf(record.at, timeZone), repeat: false };
    const { key, fingerprint } = record.facts;
    if (key === undefined || !isMeant(call)) return [call];
    const name = JSON.stringify([record.session, key, fingerprint]);
    const repeat = seen.has(name);
    seen.add(name);
    return [{ ...call, repeat }];
  });
}

function localOf(at: number, timeZone: string): Local {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    weekday: 'short',
  }).formatToParts(at);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  const weekday = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(part('weekday')) + 1;
  return { day: `${part('year')}-${part('month')}-${part('day')}`, hour: Number(part('hour')), weekday };
}

/** A write that would have taken effect, once: in shadow, the door may itself say that nothing came of it. */
export function isMeant({ effect, verdict, ended, repeat }: NaiveCall): boolean {
  if (effect === 'read' || repeat) return false;
  const nothing = ended?.effectiveness === 'ineffective' && ended.origin !== 'recorded';
  return verdict === 'allow' || (verdict === 'capture' && !nothing);
}
/** How the call ended is the upstream's doing: the door neither made the answer, nor was it, or the agent, that broke it off. */
export const isUpstreams = ({ origin, failure }: OutcomeEntry): boolean =>
  origin !== 'overlay' &&
  origin !== 'synthetic' &&
  !['unanswerable', 'fault', 'not_sent', 'killed', 'client_gone'].includes(failure ?? '');
export const isStopped = ({ verdict }: CallEntry): boolean => verdict === 'deny' || verdict === 'hold';

export function micros({ facts }: CallEntry): bigint | null {
  return facts.amount !== null && 'micros' in facts.amount ? BigInt(facts.amount.micros) : null;
}

export const currency = ({ facts }: CallEntry): string | null =>
  facts.amount !== null && 'currency' in facts.amount ? facts.amount.currency : null;

/** Sums by currency. */
export function sums(calls: readonly CallEntry[]): ReadonlyMap<string, bigint> {
  const totals = new Map<string, bigint>();
  for (const call of calls) {
    const [amount, unit] = [micros(call), currency(call)];
    if (amount !== null && unit !== null) totals.set(unit, (totals.get(unit) ?? 0n) + amount);
  }
  return totals;
}

/** The most in any window (t − W, t] that ends with a call. */
export function peak(calls: readonly CallEntry[], windowMs: number, weight: (call: CallEntry) => bigint): bigint {
  return calls.reduce((most, { at }) => {
    const within = calls.filter((other) => other.at <= at && other.at > at - windowMs);
    const total = within.reduce((sum, call) => sum + weight(call), 0n);
    return total > most ? total : most;
  }, 0n);
}

/** What each rule was asked, and what it refused: over every finding of every call. */
export function ruleCounts(
  calls: readonly CallEntry[],
): ReadonlyMap<string, { asked: number; denied: number; held: number; alone: number }> {
  const counts = new Map<string, { asked: number; denied: number; held: number; alone: number }>();
  const of = (name: string) => {
    const known = counts.get(name) ?? { asked: 0, denied: 0, held: 0, alone: 0 };
    counts.set(name, known);
    return known;
  };
  for (const call of calls) {
    const against = call.findings.filter(
      (finding) => typeof finding !== 'string' && (finding.verdict === 'deny' || finding.verdict === 'hold'),
    );
    for (const finding of call.findings) {
      const name = typeof finding === 'string' ? finding : `${finding.guard} ${finding.rule}`;
      of(name).asked += 1;
      if (typeof finding === 'string' || !isStopped(call)) continue;
      if (finding.verdict === 'deny') of(name).denied += 1;
      if (finding.verdict === 'hold') of(name).held += 1;
      if (against.length === 1 && against[0] === finding) of(name).alone += 1;
    }
  }
  return counts;
}
