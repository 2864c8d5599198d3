import { endOf, recordsBackwards } from '../../journal/index.ts';
import type { CallEntry } from '../../journal/entry.ts';
import { CommandFailed } from '../failure.ts';

/** The call as the journal has it: what was judged, and what would be sent. What waits for a person is among the last. */
export function recorded(data: string, call: string): CallEntry {
  for (const record of recordsBackwards(data, endOf(data))) {
    if (record.kind === 'call' && record.call === call) return record;
  }
  throw new CommandFailed(`Failed to show \`${call}\`: its record is not in the journal in \`${data}\`.`);
}
