import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointEntry } from '../../journal/index.ts';
import type { Delivery } from '../channel.ts';
import type { KeepingPlace } from './place.ts';

const SIZE_DIGITS = 12;
export const CHECKPOINT_EXTENSION = '.checkpoint';

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

async function keepIn(directory: string, { size, note }: CheckpointEntry): Promise<Delivery> {
  const file = path.join(directory, `${String(size).padStart(SIZE_DIGITS, '0')}${CHECKPOINT_EXTENSION}`);
  try {
    const handle = await open(file, 'wx', 0o644);
    try {
      await handle.writeFile(note);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return KEPT;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EEXIST' ? await comparedWith(file, note) : failed(code ?? 'an unknown fault');
  }
}

/** A file of the same size: ours from before a crash, or another history's. */
async function comparedWith(file: string, note: CheckpointEntry['note']): Promise<Delivery> {
  const there = await readFile(file, 'utf8').catch(() => undefined);
  return there === note ? KEPT : failed(`${file} holds another checkpoint of as many records`);
}

const KEPT: Delivery = { kind: 'sent', status: 0 };

function failed(detail: string): Delivery {
  return { kind: 'failed', status: null, detail, retryAfterMs: null };
}
