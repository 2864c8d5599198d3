import { ok, type Result } from '../std/result.ts';
import { pseudonymKey, readJournal, type Recorded } from '../journal/index.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import { sealedJournal } from '../warehouse/tape/sealed-journal.ts';
import type { Tape } from '../warehouse/tape/tape.ts';
import type { ColumnFacts } from './column-facts.ts';
import { NOTHING_SEALED, type ReadFrom } from './diff.ts';
import { takeSealed } from './read-sealed.ts';
import { Reading } from './reading.ts';

/** A journal in columns, and what each candidate makes of its calls' facts. */
export interface ReadTape {
  readonly tape: Tape;
  /** The policies that were in force, in the tape's order. */
  readonly policies: readonly LoadedPolicy[];
  /** By candidate, in their order. */
  readonly facts: readonly ColumnFacts[];
  readonly bodiesRead: readonly number[];
  readonly from: number | null;
  readonly to: number | null;
  readonly read: ReadFrom;
}

/**
 * Reads a journal once for any number of candidates: the sealed part of a data directory from its columns, all else line by line
 * against its chain. Memory is what the columns take: about two hundred bytes a call.
 *
 * @param journal a data directory, or records
 * @throws JournalDamaged as `readJournal` does
 */
export function readTape(
  journal: string | Iterable<Recorded>,
  candidates: readonly LoadedPolicy[],
): Result<ReadTape, string> {
  if (typeof journal !== 'string') return byLine(journal, candidates, undefined, NOTHING_SEALED);
  const key = pseudonymKey(journal);
  const sealed = sealedJournal(journal);
  if (sealed === undefined) return byLine(readJournal(journal, { tail: 'live' }), candidates, key, NOTHING_SEALED);
  const reading = new Reading(candidates, key);
  try {
    const taken = takeSealed(reading, sealed);
    if (!taken.ok) return taken;
    if (taken.value.kind === 'useless')
      return byLine(readJournal(journal, { tail: 'live' }), candidates, key, { columns: 0, why: taken.value.why });
    const { calls } = taken.value;
    return rest(reading, tailOf(journal, sealed.lastSeq), {
      columns: calls,
      why: calls === 0 ? NOTHING_SEALED : SEALED,
    });
  } finally {
    sealed.close();
  }
}

const SEALED = 'what is sealed is read from its columns, and the rest from its lines';

function byLine(
  records: Iterable<Recorded>,
  candidates: readonly LoadedPolicy[],
  key: Buffer | undefined,
  read: ReadFrom | string,
): Result<ReadTape, string> {
  return rest(new Reading(candidates, key), records, typeof read === 'string' ? { columns: 0, why: read } : read);
}

function rest(reading: Reading, records: Iterable<Recorded>, read: ReadFrom): Result<ReadTape, string> {
  const all = reading.all(records);
  return all.ok ? ok({ ...reading.done(), read }) : all;
}

/** What comes behind the sealed part. */
function* tailOf(dir: string, sealedUntil: number): Generator<Recorded> {
  for (const record of readJournal(dir, { tail: 'live', from: sealedUntil + 1 }))
    if (record.seq > sealedUntil) yield record;
}
