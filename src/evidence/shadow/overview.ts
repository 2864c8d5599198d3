import type { Instant } from '../../std/clock.ts';
import { behind, FIRST_CALLS, type Behind } from './behind.ts';
import { APPROVED, MEANT, STOPPED, TAKEN, windowOf, type Scope } from './scope.ts';
import { equals, literal, numberIn, textIn, textOrNull, type Row, type Source } from './source.ts';

/** What the agent did, in the widest strokes. */
export interface Overview {
  /** `null`: there is no call at all. */
  readonly period: Period | null;
  readonly sessions: number;
  readonly subjects: number;
  readonly calls: Behind;
  readonly reads: Behind;
  /** Writes that would have taken effect. */
  readonly meant: Behind;
  /** Of those: let through to their upstream. */
  readonly sent: Behind;
  /** Further writes with the same idempotency key and the same bytes: they ask for the answer of one that is counted. */
  readonly repeats: Behind;
  /** Calls that a guard refused or held. */
  readonly stopped: Behind;
  /** Of those: held, approved by a person, and made after all. */
  readonly approved: Behind;
  /** Writes of a recording that took effect there, without this door: all of them, and those that a guard refused or held. */
  readonly recorded: { readonly writes: Behind; readonly effective: Behind; readonly despite: Behind };
  readonly verdicts: readonly Counted[];
  readonly stages: readonly Counted[];
  /** The policies that decided, in the order in which they came into force. */
  readonly policies: readonly PolicyInForce[];
}

export interface Period {
  readonly first: Instant;
  readonly last: Instant;
  /** Calendar days from the first call's to the last one's. */
  readonly days: number;
  readonly daysWithCalls: number;
}

export interface Counted {
  readonly name: string;
  readonly behind: Behind;
}

export interface PolicyInForce {
  readonly digest: string;
  readonly file: string;
  readonly since: Instant;
  readonly behind: Behind;
}

export async function overviewOf(source: Source): Promise<Overview> {
  const [whole = {}] = await source.rows(`SELECT min("at") AS first, max("at") AS last,
    (max(local_day) - min(local_day) + 1)::DOUBLE AS days, count(DISTINCT local_day)::DOUBLE AS days_with_calls,
    count(DISTINCT session)::DOUBLE AS sessions, count(DISTINCT subject)::DOUBLE AS subjects FROM scoped`);
  return {
    period: periodOf(whole),
    sessions: numberIn(whole, 'sessions'),
    subjects: numberIn(whole, 'subjects'),
    calls: await behindOf(source, 'true'),
    reads: await behindOf(source, "effect = 'read'"),
    meant: await behindOf(source, MEANT),
    sent: await behindOf(source, `${MEANT} AND verdict = 'allow'`),
    repeats: await behindOf(source, `${TAKEN} AND NOT ${MEANT}`),
    stopped: await behindOf(source, STOPPED),
    approved: await behindOf(source, APPROVED),
    recorded: {
      writes: await behindOf(source, RECORDED),
      effective: await behindOf(source, `${RECORDED} AND effectiveness = 'effective'`),
      despite: await behindOf(source, `${RECORDED} AND effectiveness = 'effective' AND ${STOPPED}`),
    },
    verdicts: await countedBy(source, 'verdict'),
    stages: await countedBy(source, 'stage'),
    policies: await policiesOf(source),
  };
}

/** A write that was made in a recording, whatever was decided of it here. */
const RECORDED = "effect <> 'read' AND origin = 'recorded'";

function periodOf(row: Row): Period | null {
  if (row['first'] === null || row['first'] === undefined) return null;
  return {
    first: numberIn(row, 'first'),
    last: numberIn(row, 'last'),
    days: numberIn(row, 'days'),
    daysWithCalls: numberIn(row, 'days_with_calls'),
  };
}

/** The calls of `scoped` that a condition holds of. */
export async function behindOf(source: Source, where: string): Promise<Behind> {
  const [row = {}] = await source.rows(`SELECT ${FIRST_CALLS} FROM scoped WHERE ${where}`);
  return behind(row, where);
}

async function countedBy(source: Source, column: 'verdict' | 'stage'): Promise<readonly Counted[]> {
  const rows = await source.rows(
    `SELECT ${column} AS name, ${FIRST_CALLS} FROM scoped GROUP BY 1 ORDER BY calls DESC, 1`,
  );
  return rows.map((row) => {
    const name = textIn(row, 'name');
    return { name, behind: behind(row, equals(column, name)) };
  });
}

/** A new policy, or a new version of the agent, is a new agent to judge: a reader must see how many there were. */
async function policiesOf(source: Source): Promise<readonly PolicyInForce[]> {
  const rows = await source.rows(`SELECT policy, min(seq) AS first, min("at") AS since, ${FIRST_CALLS}
    FROM scoped GROUP BY 1 ORDER BY first`);
  const files = await source.rows(`SELECT digest, min(file) AS file FROM policies GROUP BY 1`);
  const fileOf = new Map(files.map((row) => [textOrNull(row, 'digest'), textIn(row, 'file')]));
  return rows.map((row) => {
    const digest = textOrNull(row, 'policy');
    const file = fileOf.get(digest) ?? '';
    return { digest: digest ?? '', file, since: numberIn(row, 'since'), behind: behind(row, equals('policy', digest)) };
  });
}

/** How many records of a kind concern the scope's agent, within its time. */
export async function recordsOf(source: Source, scope: Scope, view: string, holds = 'true'): Promise<number> {
  const conditions = [`agent = ${literal(scope.agent)}`, ...windowOf(scope), holds];
  const [row = {}] = await source.rows(`SELECT count(*)::DOUBLE AS n FROM ${view} WHERE ${conditions.join(' AND ')}`);
  return numberIn(row, 'n');
}
