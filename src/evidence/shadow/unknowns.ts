import { behindOf, recordsOf, type Period } from './overview.ts';
import { behind, FIRST_CALLS, type Behind } from './behind.ts';
import { windowOf, type Scope } from './scope.ts';
import { equals, numberIn, textIn, type Source } from './source.ts';

/** What this evidence does not tell, each with the calls that it concerns. */
export interface Unknowns {
  /** Days of the period without a single call, as `2026-03-01`; at most {@link DAYS_LISTED}. */
  readonly daysWithout: { readonly count: number; readonly days: readonly string[] };
  readonly longestSilenceMs: number;
  /** Nobody saw how they ended: no answer, a 5xx, a crash. */
  readonly unknownOutcomes: Behind;
  /** No outcome stands in the journal: under way, or lost with the process. */
  readonly unended: Behind;
  /** No honest answer could be made to them in shadow: the agent was told so, and nothing came of them. */
  readonly unanswered: Behind;
  /** They may rest on answers that no upstream gave, the strongest way first. */
  readonly resting: readonly { readonly how: string; readonly behind: Behind }[];
  /** Answers by where they came from: `upstream`, or what the journal says. */
  readonly origins: readonly { readonly origin: string; readonly behind: Behind }[];
  /** Reads that should have shown captured writes and did not. */
  readonly unmerged: Behind;
  /** Personal data stands sealed in them: what a reader sees is no value but its place. */
  readonly sealed: Behind;
  /** Only the beginning of the answer was kept. */
  readonly cutAnswers: Behind;
  /** Money calls whose amount could not be read. */
  readonly amountless: Behind;
  /** Requests that never became calls. */
  readonly refusals: number;
  /** Turned away while the journal had no room for them, of all agents. */
  readonly unrecorded: number;
  readonly freezes: number;
  readonly erasures: number;
}

/** Enough days to see a pattern. */
export const DAYS_LISTED = 60;

export async function unknownsOf(source: Source, scope: Scope, period: Period | null): Promise<Unknowns> {
  const [silence = {}] = await source.rows(`SELECT coalesce(max(gap), 0)::DOUBLE AS gap
    FROM (SELECT "at" - lag("at") OVER (ORDER BY seq) AS gap FROM scoped)`);
  return {
    daysWithout: period === null ? { count: 0, days: [] } : await daysWithout(source),
    longestSilenceMs: numberIn(silence, 'gap'),
    unknownOutcomes: await behindOf(source, "verdict IN ('allow', 'capture') AND effectiveness = 'unknown'"),
    unended: await behindOf(source, "verdict IN ('allow', 'capture') AND effectiveness IS NULL"),
    unanswered: await behindOf(source, "failure = 'unanswerable'"),
    resting: await resting(source),
    origins: await origins(source),
    unmerged: await behindOf(source, 'json_array_length(unmerged) > 0'),
    sealed: await sealedCalls(source),
    cutAnswers: await cutAnswers(source),
    amountless: await behindOf(source, "effect = 'money' AND amount_micros IS NULL"),
    refusals: await recordsOf(source, scope, 'refusals'),
    unrecorded: await unrecorded(source, scope),
    freezes: await recordsOf(source, scope, 'freezes'),
    erasures: await erasures(source, scope),
  };
}

async function daysWithout(source: Source): Promise<Unknowns['daysWithout']> {
  const rows = await source.rows(`SELECT strftime(day, '%Y-%m-%d') AS day
    FROM (SELECT unnest(range(min(local_day)::TIMESTAMP, max(local_day)::TIMESTAMP, INTERVAL 1 DAY)) AS day FROM scoped)
    WHERE day::DATE NOT IN (SELECT local_day FROM scoped) ORDER BY 1`);
  return { count: rows.length, days: rows.slice(0, DAYS_LISTED).map((row) => textIn(row, 'day')) };
}

const STRENGTH = ['value', 'subject', 'session'];

async function resting(source: Source): Promise<Unknowns['resting']> {
  const rows = await source.rows(
    `SELECT rests_how AS how, ${FIRST_CALLS} FROM scoped WHERE rests_how IS NOT NULL GROUP BY 1`,
  );
  const found = rows.map((row) => ({
    how: textIn(row, 'how'),
    behind: behind(row, equals('rests_how', textIn(row, 'how'))),
  }));
  return found.toSorted((a, b) => STRENGTH.indexOf(a.how) - STRENGTH.indexOf(b.how));
}

async function origins(source: Source): Promise<Unknowns['origins']> {
  const rows = await source.rows(`SELECT coalesce(origin, 'upstream') AS origin, ${FIRST_CALLS}
    FROM scoped WHERE effectiveness IS NOT NULL GROUP BY 1 ORDER BY calls DESC, 1`);
  return rows.map((row) => {
    const origin = textIn(row, 'origin');
    const where = `${equals('origin', origin === 'upstream' ? null : origin)} AND effectiveness IS NOT NULL`;
    return { origin, behind: behind(row, where) };
  });
}

/** The texts themselves are not in `scoped`, only what was seen in them; the condition is over the view's columns. */
async function sealedCalls(source: Source): Promise<Behind> {
  const text = "concat(target, ' ', body, ' ', answer)";
  const where = `(contains(${text}, 'sealed_') OR contains(${text}, 'pseudonym_'))`;
  return { ...(await behindOf(source, 'sealed')), where };
}

async function cutAnswers(source: Source): Promise<Behind> {
  return { ...(await behindOf(source, 'answer_cut')), where: 'answer_bytes > strlen(answer)' };
}

async function unrecorded(source: Source, scope: Scope): Promise<number> {
  const [row = {}] =
    await source.rows(`SELECT coalesce(sum((json_extract_string(json, '$.calls'))::DOUBLE + (json_extract_string(json, '$.refusals'))::DOUBLE), 0) AS n
    FROM records WHERE ${["kind = 'unrecorded'", ...windowOf(scope)].join(' AND ')}`);
  return numberIn(row, 'n');
}

async function erasures(source: Source, scope: Scope): Promise<number> {
  const [row = {}] = await source.rows(`SELECT count(*)::DOUBLE AS n
    FROM records WHERE ${["kind = 'erase'", ...windowOf(scope)].join(' AND ')}`);
  return numberIn(row, 'n');
}
