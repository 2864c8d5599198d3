import { hash } from 'node:crypto';
import { fail, ok, type Result } from '../../std/result.ts';
import { members, textAt, type Members } from './fields.ts';
import { readHarEntry } from './har-entry.ts';
import type { Exchange, Reading } from './recording.ts';

/** A larger file than this is parsed by nobody: its objects would take several times as much memory. */
export const HAR_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Reads a HAR 1.2 file (http://www.softwareishard.com/blog/har-12-spec/), in the order in which its requests were sent:
 * browsers write entries as they end.
 *
 * An entry that equals an earlier one to the last character, times included, is the same call exported twice and is
 * listed; one that differs in anything is a call of its own.
 *
 * @param session the run that all entries belong to; `undefined`: each page is one
 */
export function readHar(text: string, session: string | undefined): Result<readonly Reading[], string> {
  const entries = entriesOf(text);
  if (!entries.ok) return entries;
  const seen = new Map<string, string>();
  const readings = entries.value.map((entry, index): Reading => {
    const place = `entry ${index + 1}`;
    const whole = hash('sha256', JSON.stringify(entry));
    const earlier = seen.get(whole);
    if (earlier !== undefined) {
      const why = `it is ${earlier} once more, times included`;
      return { kind: 'unusable', place, reason: 'repeated', why };
    }
    seen.set(whole, place);
    return readHarEntry(entry, place, session);
  });
  return ok(inOrder(readings));
}

function entriesOf(text: string): Result<readonly unknown[], string> {
  let file: Members | undefined;
  try {
    file = members(JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text));
  } catch (error) {
    return fail(`it is not JSON (${(error as Error).message})`);
  }
  const log = members(file?.['log']);
  if (log === undefined) return fail('it has no `log`, so it is no HAR');
  const version = textAt(log, 'version') ?? '1.1';
  if (!version.startsWith('1.')) return fail(`it is HAR ${version}, and this reads 1.2`);
  const entries = log['entries'];
  return Array.isArray(entries) ? ok(entries as unknown[]) : fail('its `log.entries` is not a list');
}

/** HAR files often begin with it. */
const BYTE_ORDER_MARK = '\ufeff';

/** Unusable entries first, as they stand; then the exchanges by time, those of one instant as they stand. */
function inOrder(readings: readonly Reading[]): readonly Reading[] {
  const exchanges = readings.filter((one) => one.kind === 'exchange') as { kind: 'exchange'; exchange: Exchange }[];
  const others = readings.filter((one) => one.kind !== 'exchange');
  return [...others, ...exchanges.toSorted((a, b) => a.exchange.at - b.exchange.at)];
}
