import type { ComparedCase } from '../../evidence/divergence/comparison.ts';
import { FROM_UPSTREAM } from '../../evidence/shadow/scope.ts';
import { literal, numberIn, numberOrNull, type Row } from '../../evidence/shadow/source.ts';
import { drawn } from '../../evidence/review/sample.ts';
import { openWarehouse } from '../../warehouse/index.ts';
import type { ComparedActuals } from './actuals.ts';
import { answeredIn } from './counts.ts';
import type { Answered, DaysEvidence, LoadMeasure } from './evidence.ts';
import type { Session } from './sessions.ts';

/** What the same business looked like at the same time without the agent. */
export interface Baseline {
  readonly calls: readonly number[];
  readonly duration: readonly number[];
  readonly money: readonly number[];
  readonly latency: readonly number[];
  readonly upstream: Answered;
}

/** More sessions than these tell nothing new of a median, and a comparison of all pairs would take for ever. */
const SESSIONS_MAX = 2_000;
const MICROS_PER_UNIT = 1_000_000;

/** @param currency the main one; `null`: no money was meant, and there is no measure of it */
export function loadOf(
  sessions: readonly Session[],
  currency: string | null,
  baseline: Baseline | null,
  actuals: ComparedActuals | null,
): readonly LoadMeasure[] {
  const chosen = drawn(
    sessions.map(({ session }) => session),
    SESSIONS_MAX,
    1,
  );
  const its = sessions.filter(({ session }) => chosen.has(session));
  const people = currency === null || actuals?.caseField !== 'session' ? null : moneyOf(actuals.cases, currency);
  const measures: readonly LoadMeasure[] = [
    { name: 'calls', agent: its.map(({ calls }) => calls), baseline: baseline?.calls ?? null },
    { name: 'duration', agent: its.map(({ first, last }) => last - first), baseline: baseline?.duration ?? null },
    {
      name: 'money',
      agent: currency === null ? [] : its.map(({ micros }) => micros / MICROS_PER_UNIT),
      baseline: currency === null ? null : (baseline?.money ?? people),
    },
    { name: 'latency', agent: its.flatMap(({ latencyMs }) => latencyMs ?? []), baseline: baseline?.latency ?? null },
  ];
  return measures.filter(({ agent }) => agent.length > 0);
}

/** What people moved in each case; only where a case is a session is that what the agent's sessions are beside. */
function moneyOf(cases: readonly ComparedCase[], currency: string): readonly number[] {
  return cases.slice(0, SESSIONS_MAX).map(({ matched: { pairs, instead, tangles, onlyPeople } }) => {
    const acts = [...pairs, ...instead].map(({ people }) => people);
    const all = [...acts, ...tangles.flatMap(({ people }) => people), ...onlyPeople];
    const micros = all.flatMap(({ amount }) => (amount?.currency === currency ? [amount.micros] : []));
    return Number(micros.reduce((sum, one) => sum + one, 0n)) / MICROS_PER_UNIT;
  });
}

const HAPPENED = `effect <> 'read' AND effectiveness IS DISTINCT FROM 'ineffective' AND (verdict = 'allow' OR origin IS NOT DISTINCT FROM 'recorded')`;
const ANSWERED = `effectiveness IS NOT NULL AND ${FROM_UPSTREAM}`;

/** Every session of another journal that began while the agent's did: whoever's they are. */
export async function baselineIn(
  dir: string,
  { first, last }: DaysEvidence,
  currency: string | null,
): Promise<Baseline> {
  const warehouse = await openWarehouse(dir);
  try {
    const at = first === null || last === null ? 'false' : `"at" BETWEEN ${first} AND ${last}`;
    const own = `(SELECT * FROM calls WHERE "before" IS NULL AND ${at})`;
    const rows = await warehouse.rows(`SELECT count(*)::DOUBLE AS calls, (max("at") - min("at"))::DOUBLE AS duration,
        coalesce(sum(amount_micros) FILTER (WHERE ${HAPPENED} AND currency = ${literal(currency ?? '')}), 0)::DOUBLE AS micros,
        median(duration_ms) FILTER (WHERE ${ANSWERED})::DOUBLE AS latency
      FROM ${own} GROUP BY agent, session ORDER BY hash(session), session LIMIT ${SESSIONS_MAX}`);
    const of = (column: string) => rows.map((row: Row) => numberIn(row, column));
    return {
      calls: of('calls'),
      duration: of('duration'),
      money: of('micros').map((micros) => micros / MICROS_PER_UNIT),
      latency: rows.flatMap((row) => numberOrNull(row, 'latency') ?? []),
      upstream: await answeredIn(warehouse, own, ANSWERED, 'agent, session'),
    };
  } finally {
    warehouse.close();
  }
}
