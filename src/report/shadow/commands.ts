import type { Behind } from '../../evidence/shadow/behind.ts';
import { scopeWhere, type Scope } from '../../evidence/shadow/scope.ts';
import { word } from '../../std/shell-word.ts';

export { word };

/** How a reader opens what a number stands for. */
export interface Place {
  /** The data directory, as the report was asked for. */
  readonly data: string;
  readonly scope: Scope;
}

const COLUMNS = 'seq, ts, call, session, route, subject, amount_micros, currency, verdict, guard, rule, reason';

/** Lists every call behind a number. */
export function queryFor({ data, scope }: Place, { where }: Behind): string {
  const sql = `SELECT ${COLUMNS} FROM calls WHERE ${scopeWhere(scope)}${where === 'true' ? '' : ` AND (${where})`} ORDER BY seq`;
  return `interlock query --data ${word(data)} ${word(sql)}`;
}

/** Tells the story of one call. */
export const whyFor = ({ data }: Place, call: string): string => `interlock why --data ${word(data)} ${word(call)}`;
