import path from 'node:path';
import { holdsRecord } from '../journal/index.ts';
import { disk as realDisk, type Disk } from '../journal/disk.ts';

/** What a door keeps of the promotions it has admitted, and what it knows of the journal that they rest on. */
export interface Shelf {
  /** Puts a promotion where the next start finds it; on the disk when this returns. */
  keep(id: string, envelope: string): void;
  /** `undefined`: it is not there any more. */
  envelope(id: string): string | undefined;
  /** Whether this door's own journal has a record of that number with that hash. */
  journalHas(seq: number, hash: string): boolean;
}

const DIRECTORY = 'promotions';
/** What {@link newPromotionId} makes; anything else names no file. */
const ID = /^[A-Za-z0-9_-]{1,100}$/;

export function shelfIn(dir: string, disk: Disk = realDisk): Shelf {
  const fileOf = (id: string): string => path.join(dir, DIRECTORY, `${id}.json`);
  return {
    keep(id, envelope) {
      if (!ID.test(id)) throw new Error(`Failed to keep a promotion: \`${id}\` is no name of one.`);
      disk.makeDirectory(path.join(dir, DIRECTORY));
      disk.write(fileOf(id), Buffer.from(envelope));
      disk.syncDirectory(path.join(dir, DIRECTORY));
    },
    envelope(id) {
      return ID.test(id) && disk.exists(fileOf(id)) ? disk.text(fileOf(id)) : undefined;
    },
    journalHas(seq, hash) {
      return holdsRecord(dir, seq, hash);
    },
  };
}
