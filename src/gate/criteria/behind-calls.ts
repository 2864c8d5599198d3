import { FROM_UPSTREAM, localTime, meantWhere, scopeWhere, type Scope } from '../../evidence/shadow/scope.ts';
import { word } from '../../std/shell-word.ts';
import { literal } from '../../warehouse/sql/literal.ts';
import type { Behind } from '../criterion.ts';
import { FAILED, SENT } from '../evidence/counts.ts';
import type { ClassEvidence, GateEvidence } from '../evidence/evidence.ts';

/** Where every command looks that is told no other place. */
const DATA_USUAL = '.interlock';
const COLUMNS = 'seq, ts, call, session, route, subject, amount_micros, currency, verdict';

/** The calls that count: of this agent at this stage, while it was who it is and under these rules. */
export function scopeOf({ agent, from, basis, days }: GateEvidence): Scope {
  const since = basis.since ?? Number.MAX_SAFE_INTEGER;
  return { agent, from: since, to: basis.until, throughDoor: true, stage: from, timeZone: days.timeZone };
}

const query = (sql: string): Behind => ({ kind: 'query', sql });

/** The writes that count, each intended effect once; of one class, and where some condition holds. */
export function writesBehind(evidence: GateEvidence, of?: ClassEvidence, where?: string): Behind {
  const scope = scopeWhere(scopeOf(evidence));
  const parts = [scope, meantWhere(scope), ...(of === undefined ? [] : [routeIs(of)]), ...(where ? [where] : [])];
  return query(`SELECT ${COLUMNS} FROM calls WHERE ${parts.join(' AND ')} ORDER BY seq`);
}

export function sessionsBehind(evidence: GateEvidence): Behind {
  const scope = scopeWhere(scopeOf(evidence));
  return query(
    `SELECT session, task, min(ts) AS first, max(ts) AS last, count(*) AS calls FROM calls WHERE ${scope} AND session IN (SELECT session FROM calls WHERE ${scope} AND ${meantWhere(scope)}) GROUP BY session, task ORDER BY first, session`,
  );
}

export function daysBehind(evidence: GateEvidence): Behind {
  const scope = scopeOf(evidence);
  return query(
    `SELECT CAST(${localTime(scope.timeZone)} AS DATE) AS local_day, count(*) AS calls, count(DISTINCT session) AS sessions FROM calls WHERE ${scopeWhere(scope)} GROUP BY 1 ORDER BY 1`,
  );
}

/** Saturday and Sunday, where its people are. */
export const isWeekend = (evidence: GateEvidence): string => `isodow(${localTime(evidence.days.timeZone)}) >= 6`;

/** What was said of its writes of a class; each reviewer's last word counts. */
export function opinionsBehind(evidence: GateEvidence, of?: ClassEvidence): Behind {
  const scope = scopeWhere(scopeOf(evidence));
  const route = of === undefined ? '' : ` AND ${routeIs(of)}`;
  return query(
    `SELECT c.session, c.call, c.subject, a.opinion, a."by", a.reason FROM (SELECT * FROM calls WHERE ${scope}${route}) AS c JOIN assessments AS a ON a.call = c.call ORDER BY c.seq, a.seq`,
  );
}

/** Calls that met a fault of their upstream. */
export const faultsBehind = (evidence: GateEvidence): Behind =>
  answersBehind(evidence, `(status >= 400 OR failure IS NOT NULL) AND ${FROM_UPSTREAM}`);

/** Of the calls that were sent, those that failed. */
export const failuresBehind = (evidence: GateEvidence): Behind => answersBehind(evidence, `${SENT} AND ${FAILED}`);

function answersBehind(evidence: GateEvidence, where: string): Behind {
  const scope = scopeWhere(scopeOf(evidence));
  return query(
    `SELECT call, ts, route, upstream, verdict, status, failure FROM calls WHERE ${scope} AND ${where} ORDER BY seq`,
  );
}

export function freezesBehind({ agent }: GateEvidence): Behind {
  const its = `agent = ${literal(agent)}`;
  return query(
    `SELECT seq, ts, 'freeze' AS what, "by", reason FROM freezes WHERE ${its} UNION ALL SELECT seq, ts, 'resume', "by", reason FROM resumes WHERE ${its} ORDER BY seq`,
  );
}

/** What each half of the time was like. */
export function mixBehind(evidence: GateEvidence): Behind {
  const scope = scopeWhere(scopeOf(evidence));
  return query(
    `SELECT CAST(ts AS DATE) AS utc_day, route, verdict, count(*) AS calls FROM calls WHERE ${scope} GROUP BY ALL ORDER BY 1, 2, 3`,
  );
}

export function loadBehind(evidence: GateEvidence): Behind {
  const scope = scopeWhere(scopeOf(evidence));
  return query(
    `SELECT session, count(*) AS calls, max("at") - min("at") AS duration_ms, sum(amount_micros) AS micros, currency FROM calls WHERE ${scope} GROUP BY session, currency ORDER BY session`,
  );
}

export const shownCalls = (calls: readonly string[]): readonly Behind[] =>
  calls.map((call) => ({ kind: 'call', call }));

/** The evidence's files whose names begin so. */
export function filesNamed({ files }: GateEvidence, name: string): readonly Behind[] {
  return files.filter((one) => one.name.startsWith(name)).map(({ file }) => ({ kind: 'file', file }));
}

/**
 * The review whose opinions count here: of the calls that count, from the draw that the gate makes. A draw from the whole
 * journal begins with what no longer counts.
 */
export function reviewCommand(
  { agent, from, journal, basis: { since } }: GateEvidence,
  what: 'list' | 'give' = 'give',
): string {
  const parts = [
    what === 'list' ? 'interlock review list' : 'interlock review --by NAME',
    `--agent ${word(agent)}`,
    ...(since === null ? [] : [`--from ${new Date(since).toISOString()}`]),
    `--stage ${from}`,
    ...(journal.dir === DATA_USUAL ? [] : [`--data ${word(journal.dir)}`]),
  ];
  return parts.join(' ');
}

export const command = (text: string): Behind => ({ kind: 'command', command: text });

const routeIs = ({ route }: ClassEvidence): string => `route = ${literal(route)}`;
