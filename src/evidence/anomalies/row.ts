import type { Money } from '../../std/money.ts';
import type { Behind } from '../shadow/behind.ts';
import { equals, listIn, microsIn, numberIn, textIn, textOrNull, type Row } from '../shadow/source.ts';
import type { Anomaly } from './anomaly.ts';

/** Where and when, as far as a row says it. */
export const place = (row: Row): Pick<Anomaly, 'at' | 'route' | 'subject' | 'session'> => ({
  at: numberIn(row, 'at'),
  route: textOrNull(row, 'route'),
  subject: textOrNull(row, 'subject'),
  session: textOrNull(row, 'session'),
});

export const moneyOf = (row: Row): Money => ({
  micros: microsIn(row, 'amount_micros'),
  currency: textIn(row, 'currency'),
});

/** The row's own call, or the calls that a condition holds of. */
export function one(row: Row, where?: string): Behind {
  if (where !== undefined) return { count: numberIn(row, 'calls'), calls: listIn(row, 'shown'), where };
  const call = textIn(row, 'call');
  return { count: 1, calls: [call], where: equals('call', call) };
}

/** Two calls that belong together, in the journal's order. */
export function pair(row: Row, first: string, second: string): Behind {
  const calls = [textIn(row, first), textIn(row, second)];
  return { count: 2, calls, where: `(${equals('call', calls[0] ?? '')} OR ${equals('call', calls[1] ?? '')})` };
}
