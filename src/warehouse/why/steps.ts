import { formatMoney } from '../../std/money.ts';
import type { Finding } from '../../engine/decision.ts';
import type { CallEntry, Entry, OutcomeEntry, Recorded, RecoveryEntry, ReviewEntry } from '../../journal/entry.ts';
import type { Archive } from './archive.ts';
import type { Amount, End, Step, Waits } from './told.ts';
import { isImported } from '../import/grant.ts';
import { findingTold } from './wording.ts';

/** A call with all that is recorded of it. */
export interface Whole {
  readonly entry: Recorded<CallEntry>;
  readonly outcome: Recorded<OutcomeEntry> | undefined;
  readonly recovery: Recorded<RecoveryEntry> | undefined;
  /** The last word of a human on a held call; absent: none was looked for, or nobody has answered. */
  readonly review?: Recorded<ReviewEntry> | undefined;
}

const SEVERITY = ['deny', 'hold', 'capture'] as const;

/** The finding that decided: the first of the most severe. */
export function decisive(findings: CallEntry['findings']): Finding | undefined {
  const whole = findings.filter((one): one is Finding => typeof one !== 'string');
  return SEVERITY.map((verdict) => whole.find((one) => one.verdict === verdict)).find((one) => one !== undefined);
}

export function amountOf({ amount }: CallEntry['facts']): Amount | null {
  if (amount === null || 'fault' in amount) return null;
  const shown = formatMoney({ micros: BigInt(amount.micros), currency: amount.currency });
  return { micros: amount.micros, currency: amount.currency, shown };
}

/** @param became the call that a held one was sent as */
export function stepOf({ entry, outcome, recovery, review }: Whole, became: string | null = null): Step {
  const { seq, call, at, agent, session, task, stage, route, effect, upstream, method, target, facts, verdict } = entry;
  const found = verdict === 'allow' ? undefined : decisive(entry.findings);
  return {
    seq,
    call,
    at,
    agent,
    session,
    task,
    stage,
    route,
    effect,
    upstream,
    method,
    target,
    subject: facts.subject,
    amount: amountOf(facts),
    verdict,
    because: found === undefined ? null : findingTold(found),
    end: endOf(outcome, recovery),
    approval: entry.approval ?? null,
    became,
    waits: waitsOf(entry, found, review),
  };
}

function waitsOf({ verdict, call }: CallEntry, found: Finding | undefined, review?: ReviewEntry): Waits | null {
  if (verdict !== 'hold') return null;
  const word = review === undefined ? null : review.approved ? 'approved' : 'refused';
  return { asked: found?.earlier ?? call, until: found?.expiresAt ?? null, word };
}

function endOf(outcome: OutcomeEntry | undefined, recovery: RecoveryEntry | undefined): End | null {
  if (outcome !== undefined) {
    const { at, effectiveness, status, failure, durationMs, origin = 'real' } = outcome;
    return { at, effectiveness, status, failure, durationMs, origin, crashed: false };
  }
  if (recovery === undefined) return null;
  const nothing = { status: null, failure: null, durationMs: 0, origin: 'real' } as const;
  return { at: recovery.at, effectiveness: 'unknown', ...nothing, crashed: true };
}

/** The records of a call id: its intent, its end, what people said of it. */
export async function recordsOf(archive: Archive, call: string): Promise<readonly Recorded[]> {
  return archive.read(await archive.find(call, { roles: ['call'] }));
}

export function only<K extends Entry['kind']>(
  records: readonly Recorded[],
  kind: K,
): readonly Recorded<Extract<Entry, { kind: K }>>[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `kind` tells which entry it is
  return records.filter((record) => record.kind === kind) as unknown as readonly Recorded<
    Extract<Entry, { kind: K }>
  >[];
}

/** The call with its end, of the records that mention it; `undefined` where the journal has no intent of it. */
export function wholeOf(records: readonly Recorded[], call: string): Whole | undefined {
  const entry = only(records, 'call').find((one) => one.call === call);
  if (entry === undefined) return undefined;
  return {
    entry,
    outcome: only(records, 'outcome').find((one) => one.call === call),
    recovery: only(records, 'recovery').find(({ unknown }) => unknown.some((one) => one === call)),
  };
}

/** Calls with their ends, in the journal's order. Ends that are not among the records are looked up. */
export async function wholes(archive: Archive, records: readonly Recorded[]): Promise<readonly Whole[]> {
  const outcomes = new Map(only(records, 'outcome').map((one) => [String(one.call), one]));
  return Promise.all(
    only(records, 'call').map(async (entry): Promise<Whole> => {
      if (entry.verdict === 'hold' && !isImported(entry.grant)) return heldOf(archive, entry);
      const outcome = outcomes.get(entry.call);
      if (outcome !== undefined || !mayEnd(entry)) return { entry, outcome, recovery: undefined };
      const more = await recordsOf(archive, entry.call);
      return wholeOf(more, entry.call) ?? { entry, outcome, recovery: undefined };
    }),
  );
}

/** A held call has no end; what a human said of it stands with the call that asked first. */
async function heldOf(archive: Archive, entry: Recorded<CallEntry>): Promise<Whole> {
  const asked = decisive(entry.findings)?.earlier ?? entry.call;
  const review = only(await recordsOf(archive, asked), 'review').at(-1);
  return { entry, outcome: undefined, recovery: undefined, review };
}

/** What was refused or waits has no end to look for, unless it is from a recording. */
const mayEnd = ({ verdict, grant }: CallEntry): boolean =>
  verdict === 'allow' || verdict === 'capture' || isImported(grant);
