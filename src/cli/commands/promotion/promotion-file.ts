import { readFileSync, statSync } from 'node:fs';
import { ENVELOPE_BYTES_MAX } from '../../../promotion/index.ts';
import { CommandFailed } from '../../failure.ts';

/** The text of a file that should be a promotion. */
export function promotionFile(file: string): string {
  try {
    // Beyond that, its length alone says what it is not.
    if (statSync(file).size > ENVELOPE_BYTES_MAX) return ' '.repeat(ENVELOPE_BYTES_MAX + 1);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailed(
      `Failed to read the promotion \`${file}\` (${code}). Name the file that \`interlock gate\` wrote.`,
    );
  }
}

export const fileOption = {
  type: 'string',
  demandOption: true,
  describe: 'The promotion that `interlock gate` wrote',
} as const;
