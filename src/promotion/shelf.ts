import path from 'node:path';
import type { Instant } from '../std/clock.ts';
import { JournalDamaged } from '../journal/errors.ts';
import { holdsRecord, readSince, type StandingEntry } from '../journal/index.ts';
import { disk as realDisk, type Disk } from '../journal/disk.ts';

/** What a door keeps of the promotions it has admitted, and what it knows of the journal that they rest on. */
export interface Shelf {
  /** Puts a promotion where the next start finds it; on the disk when this returns. */
  keep(id: string, envelope: string): void;
  /** `undefined`: it is not there any more. */
  envelope(id: string): string | undefined;
  /** Whether this door's own journal has a record of that number with that hash. */
  journalHas(seq: number, hash: string): boolean;
  /** The record, of `since` or later, by which a human broke the glass of that name; `undefined`: there is none that can be read. */
  glass(id: string, since: Instant): StandingEntry | undefined;
}

const DIRECTORY = 'promotions';
/** What a crash leaves of one is no promotion's file, and the next admission of the same writes over it. */
const DRAFT = '.tmp';
/** What {@link newPromotionId} makes; anything else names no file. */
const ID = /^[A-Za-z0-9_-]{1,100}$/;

export function shelfIn(dir: string, disk: Disk = realDisk): Shelf {
  const fileOf = (id: string): string => path.join(dir, DIRECTORY, `${id}.json`);
  return {
    keep(id, envelope) {
      if (!ID.test(id)) throw new Error(`Failed to keep a promotion: \`${id}\` is no name of one.`);
      disk.makeDirectory(path.join(dir, DIRECTORY));
      // Whole or not at all: an agent may stand on the one that is there.
      const draft = `${fileOf(id)}${DRAFT}`;
      try {
        disk.write(draft, Buffer.from(envelope));
        disk.rename(draft, fileOf(id));
      } catch (error) {
        disk.remove(draft);
        throw error;
      }
      disk.syncDirectory(path.join(dir, DIRECTORY));
    },
    envelope(id) {
      return ID.test(id) && disk.exists(fileOf(id)) ? disk.text(fileOf(id)) : undefined;
    },
    journalHas(seq, hash) {
      return holdsRecord(dir, seq, hash, disk);
    },
    glass(id, since) {
      try {
        for (const record of readSince(dir, since, disk)) {
          if (record.at >= since && record.kind === 'standing' && breaks(record, id)) return record;
        }
      } catch (error) {
        if (!(error instanceof JournalDamaged)) throw error;
      }
      return undefined;
    },
  };
}

function breaks({ cause, claims }: StandingEntry, id: string): boolean {
  return cause.what === 'break_glass' && claims.some((claim) => claim.ground === 'break_glass' && claim.id === id);
}
