import { readdirSync, readFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointEntry } from '../../journal/index.ts';
import type { Delivery } from '../channel.ts';
import type { KeepingPlace } from './place.ts';

const SIZE_DIGITS = 12;
const CHECKPOINT_EXTENSION = '.checkpoint';

/**
 * How many directories may hang at a time. A mount whose server is gone holds one of the process's four threads for disks
 * for as long as it likes, and the journal needs them too.
 */
export const HANGING_MAX = 2;

/** Directories for checkpoints, and what they may take of the process together. */
export class Directories {
  #busy = 0;

  /**
   * A directory with a file for each checkpoint, named by how many records it covers. Nothing in it is ever changed, so it
   * may be one that takes new files and gives none back. It must be there: a mount that failed is not silently replaced by
   * a directory on the journal's own disk.
   */
  place(name: string, directory: string): KeepingPlace {
    let hangs = false;
    return {
      name,
      keep: async (checkpoint) => {
        if (hangs) return failed('the attempt before this one still hangs');
        if (this.#busy >= HANGING_MAX) return failed('other directories hang, and no more may wait');
        hangs = true;
        this.#busy += 1;
        try {
          return await keepIn(directory, checkpoint);
        } finally {
          hangs = false;
          this.#busy -= 1;
        }
      },
      close: () => Promise.resolve(),
    };
  }
}

/** The checkpoints in a directory by their files, the smallest first; and the files that a crash cut short. */
export function checkpointsIn(directory: string): {
  readonly whole: readonly string[];
  readonly cutShort: readonly string[];
} {
  const names = readdirSync(directory).filter((name) => name.endsWith(CHECKPOINT_EXTENSION));
  const files = names.sort().map((name) => path.join(directory, name));
  const [whole, cutShort]: [string[], string[]] = [[], []];
  for (const file of files) (isWholeNote(readFileSync(file, 'utf8')) ? whole : cutShort).push(file);
  return { whole, cutShort };
}

/**
 * Whether a file's text is a whole note, and not the beginning of one that a crash cut short. Cutting a note is worth no more
 * to a forger than taking the file away, which nobody can tell from a checkpoint that was never made.
 */
function isWholeNote(text: string): boolean {
  return text.endsWith('\n') && text.includes('\n\n— ');
}

async function keepIn(directory: string, { size, note }: CheckpointEntry): Promise<Delivery> {
  const file = path.join(directory, `${String(size).padStart(SIZE_DIGITS, '0')}${CHECKPOINT_EXTENSION}`);
  try {
    return await written(file, 'wx', note);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EEXIST' ? await comparedWith(file, note) : failed(code ?? 'an unknown fault');
  }
}

async function written(file: string, flag: 'wx' | 'r+', note: CheckpointEntry['note']): Promise<Delivery> {
  const handle = await open(file, flag, 0o644);
  try {
    await handle.writeFile(note);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return KEPT;
}

/** A file of the same size: ours from before a crash, whole or cut short, or another history's. */
async function comparedWith(file: string, note: CheckpointEntry['note']): Promise<Delivery> {
  const there = await readFile(file, 'utf8').catch(() => undefined);
  if (there === note) return KEPT;
  if (there === undefined || isWholeNote(there) || !note.startsWith(there))
    return failed(`${file} holds another checkpoint of as many records`);
  return written(file, 'r+', note).catch(({ code }: NodeJS.ErrnoException) =>
    failed(`${file} was cut short, and cannot be finished: ${code ?? 'an unknown fault'}`),
  );
}

const KEPT: Delivery = { kind: 'sent', status: 0 };

function failed(detail: string): Delivery {
  return { kind: 'failed', status: null, detail, retryAfterMs: null };
}
