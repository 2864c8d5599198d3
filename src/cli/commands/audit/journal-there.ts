import { existsSync } from 'node:fs';
import path from 'node:path';
import { CommandFailed } from '../../failure.ts';

/** What every audit takes. */
export interface AuditArguments {
  readonly data: string;
  readonly json: boolean;
}

/** An audit of nothing must not pass. */
export function demandJournal(data: string): void {
  if (existsSync(path.join(data, 'segments'))) return;
  throw new CommandFailed(`There is no journal in \`${data}\`. Name the data directory of a door: --data DIR.`);
}
