import type { Result } from '../../../src/std/result.ts';
import type { Refusal } from '../../../src/door/normal/refusal.ts';

/** What came of a reading, in one line that a table can hold: `400 json_duplicate_key`, or `accepted`. */
export function outcome(result: Result<unknown, Refusal>): string {
  return result.ok ? 'accepted' : `${result.failure.status} ${result.failure.reason}`;
}

/** The value of a reading that must succeed. */
export function accepted<Value>(result: Result<Value, Refusal>): Value {
  if (!result.ok) throw new Error(`refused: ${outcome(result)}: ${result.failure.detail}`);
  return result.value;
}
