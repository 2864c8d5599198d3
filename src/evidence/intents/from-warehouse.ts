import type { Effect } from '../../engine/call.ts';
import type { CallId } from '../../engine/ids.ts';
import type { AssessmentEntry, CallEntry, Rests } from '../../journal/entry.ts';
import type { Row, Warehouse } from '../../warehouse/index.ts';
import type { Assessed } from '../review/opinions.ts';
import { textIn, textOrNull } from '../shadow/source.ts';
import { INTENTS_MAX, TooManyIntents } from './writes.ts';
import type { Intent, Intents } from './intent.ts';

type Source = Pick<Warehouse, 'rows'>;

/** What an agent did of its own: the door's own reads are none of its calls. */
const OWN = `"before" IS NULL AND ($agent IS NULL OR agent = $agent)`;

/**
 * The same as {@link intentsOf}, of the warehouse: of a large journal only the writes are looked at.
 *
 * @param agent only of this one; `null`: of all
 * @param within only calls of the view that this condition holds of
 */
export async function intentsIn(source: Source, agent: string | null, within = 'true'): Promise<Intents> {
  const own = `(SELECT * FROM calls WHERE ${OWN} AND ${within})`;
  const [count] = await source.rows(`SELECT count(*)::DOUBLE AS writes FROM ${own} WHERE effect <> 'read'`, { agent });
  if (Number(count?.['writes'] ?? 0) > INTENTS_MAX) throw new TooManyIntents(`more than ${INTENTS_MAX} writes`);
  const rows = await source.rows(
    `SELECT c."call", c."at", c.agent, c.task, c.session, c.stage, c.route, c.effect, c.subject, c.currency,
       json_extract_string(r.json, '$.facts.amount.micros') AS micros_text, c.fingerprint, c.target, c.body,
       json_extract_string(c.headers, '$."content-type"') AS content, c.verdict, c.approval, c.rests_how,
       c.rests_on::VARCHAR AS rests_on, json_extract(r.json, '$.facts.particulars.parameters')::VARCHAR AS parameters,
       c.effectiveness, c.origin, c.failure
     FROM ${own} AS c JOIN records AS r ON r.seq = c.seq WHERE c.effect <> 'read' ORDER BY c.seq`,
    { agent },
  );
  const names = async (column: string): Promise<ReadonlySet<string>> => {
    const found = await source.rows(
      `SELECT ${column} AS name FROM ${own} WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY min(seq)`,
      { agent },
    );
    return new Set(found.map((row) => textIn(row, 'name')));
  };
  const routes = await source.rows(
    `SELECT route, arg_max(effect, seq) AS effect FROM ${own} GROUP BY 1 ORDER BY min(seq)`,
    { agent },
  );
  return {
    writes: rows.map(intentFrom),
    sessions: await names('session'),
    tasks: await names('task'),
    subjects: await names('subject'),
    routes: new Map(routes.map((row) => [textIn(row, 'route'), textIn(row, 'effect') as Effect])),
  };
}

/** What reviewers have said, in the order in which they did. */
export async function assessmentsIn(source: Source, agent: string | null): Promise<readonly Assessed[]> {
  const rows = await source.rows(
    `SELECT "call", agent, opinion, "by", reason, "at" FROM assessments WHERE $agent IS NULL OR agent = $agent ORDER BY seq`,
    { agent },
  );
  return rows.map((row): Assessed => ({
    call: textIn(row, 'call') as CallId,
    agent: textIn(row, 'agent') as Assessed['agent'],
    opinion: textIn(row, 'opinion') as AssessmentEntry['opinion'],
    by: textIn(row, 'by'),
    reason: textIn(row, 'reason'),
    at: Number(row['at']),
  }));
}

function intentFrom(row: Row): Intent {
  const micros = textOrNull(row, 'micros_text');
  const currency = textOrNull(row, 'currency');
  return {
    call: textIn(row, 'call') as CallId,
    at: Number(row['at']),
    agent: textIn(row, 'agent') as Intent['agent'],
    task: textIn(row, 'task'),
    session: textIn(row, 'session'),
    stage: textIn(row, 'stage') as Intent['stage'],
    route: textIn(row, 'route') as Intent['route'],
    effect: textIn(row, 'effect') as Intent['effect'],
    subject: textOrNull(row, 'subject'),
    amount: micros === null || currency === null ? null : { micros: BigInt(micros), currency },
    fingerprint: textIn(row, 'fingerprint'),
    target: textIn(row, 'target'),
    body: textOrNull(row, 'body'),
    contentType: textOrNull(row, 'content'),
    verdict: textIn(row, 'verdict') as CallEntry['verdict'],
    approval: textOrNull(row, 'approval') as CallId | null,
    rests: restsOf(row),
    values: valuesOf(row),
    effectiveness: textOrNull(row, 'effectiveness') as Intent['effectiveness'],
    origin: textOrNull(row, 'origin') as Intent['origin'],
    failure: textOrNull(row, 'failure'),
  };
}

function restsOf(row: Row): Rests | null {
  const how = textOrNull(row, 'rests_how');
  const on = textOrNull(row, 'rests_on');
  return how === null ? null : { how: how as Rests['how'], on: on === null ? [] : (JSON.parse(on) as CallId[]) };
}

function valuesOf(row: Row): Intent['values'] {
  const text = textOrNull(row, 'parameters');
  if (text === null) return {};
  const parameters = JSON.parse(text) as Readonly<Record<string, { readonly value: string | null }>>;
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([rule, { value }]) => (value === null ? [] : [[rule, value]])),
  );
}
