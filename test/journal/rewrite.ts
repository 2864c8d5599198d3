import fs from 'node:fs';
import path from 'node:path';
import { seal } from '../../src/journal/chain.ts';
import type { Entry, Recorded } from '../../src/journal/entry.ts';
import { readJournal } from '../../src/journal/read.ts';

/** What somebody can do who holds the disk and knows the format: everything, but sign. */

export function recordsOf(dir: string): readonly Recorded[] {
  return [...readJournal(dir)];
}

/** Writes these entries as the whole journal, with fresh hashes, in one segment, and leaves no trace of what was there. */
export function forge(dir: string, entries: readonly Entry[]): void {
  fs.rmSync(path.join(dir, 'segments'), { recursive: true });
  fs.rmSync(path.join(dir, 'snapshots'), { recursive: true, force: true });
  fs.mkdirSync(path.join(dir, 'segments'));
  let text = '';
  let hash = '0'.repeat(64);
  for (const [index, entry] of entries.entries()) {
    const sealed = seal(hash, index + 1, entry);
    text += sealed.line;
    hash = sealed.hash;
  }
  fs.writeFileSync(path.join(dir, 'segments', '000000000001-000001.ndjson'), text);
}

/** An entry as it was before it had a place; `synced` stays with it, where it stands in the line. */
export function entryOf({ seq: _seq, hash: _hash, ...entry }: Recorded): Entry {
  return entry;
}
