import { readFileSync } from 'node:fs';
import path from 'node:path';
import { JournalDamaged } from '../../journal/errors.ts';
import { endOf, isOfMocks, readJournal, recordsBackwards } from '../../journal/index.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { roughly } from '../spans.ts';
import { fail, ok, skip, warn, type Finding } from './check.ts';

/** Records that are looked at for the last checkpoint, from the end. */
const LOOKED_MAX = 200_000;
/** Beyond this many times its interval, a checkpoint is late. */
const LATE = 3;
/** `interlock seal` takes a segment when it is closed; more than this, and look-ups by id read them all. */
const UNSEALED_WARN = 1_000_000;

export interface JournalSeen {
  readonly findings: readonly Finding[];
  readonly lastAt: number | undefined;
}

/** Whether the end of the journal holds together, how late its checkpoints are, and how far sealing is behind. */
export function journalFindings(data: string, policy: LoadedPolicy, wall: number): JournalSeen {
  const { segment } = endOf(data);
  if (segment === undefined) return { findings: [skip('journal.chain', 'The journal is empty.')], lastAt: undefined };
  let [records, seq, lastAt] = [0, 0, undefined as number | undefined];
  try {
    for (const record of readJournal(data, { tail: 'live', from: segment.firstSeq })) {
      records += 1;
      ({ seq, at: lastAt } = record);
    }
  } catch (error) {
    if (!(error instanceof JournalDamaged)) throw error;
    return { findings: [fail('journal.chain', error.message, `interlock audit verify --data ${data}`)], lastAt };
  }
  const mocks = isOfMocks(data) === true;
  return {
    lastAt,
    findings: [
      ok(
        'journal.chain',
        `The last ${records} of ${seq} records hold together; \`interlock audit verify\` looks at all of them.`,
      ),
      ...(mocks
        ? [
            warn(
              'journal.mocks',
              'Mocks answer in this journal: nothing real is behind its door.',
              'none, if that is what you want',
            ),
          ]
        : []),
      checkpoints(data, policy, wall, mocks),
      sealed(data, seq),
    ],
  };
}

function checkpoints(data: string, { checkpoints: terms }: LoadedPolicy, wall: number, mocks: boolean): Finding {
  const id = 'journal.checkpoints';
  if (mocks) return skip(id, 'A journal of mocks has no checkpoints.');
  if (terms === undefined) {
    return warn(
      id,
      'Nobody signs checkpoints: records that are cut off at the end of the journal would not be missed.',
      'write `checkpoints:` (docs/audit.md)',
    );
  }
  let looked = 0;
  let behind = 0;
  for (const record of recordsBackwards(data, endOf(data))) {
    if (record.kind === 'checkpoint') {
      const age = wall - record.at;
      const text = `The last checkpoint is ${roughly(age)} old, and ${behind} records are behind it`;
      if (behind === 0 || age <= LATE * terms.everyMs) return ok(id, `${text}.`);
      return warn(
        id,
        `${text}; it is due every ${roughly(terms.everyMs)}.`,
        'see `checkpoints` in `interlock status --json` for the place that takes none',
      );
    }
    behind += 1;
    looked += 1;
    if (looked >= LOOKED_MAX) break;
  }
  return warn(
    id,
    `There is no checkpoint among the last ${looked} records.`,
    'see `checkpoints` in `interlock status --json`',
  );
}

function sealed(data: string, seq: number): Finding {
  const id = 'journal.sealed';
  const lag = seq - lastSealed(data);
  const text = `${lag} of ${seq} records are not sealed for look-ups`;
  if (lag < UNSEALED_WARN) return ok(id, `${text}.`);
  return warn(id, `${text}: \`why\` and reports read them one by one.`, `interlock seal --data ${data}`);
}

function lastSealed(data: string): number {
  try {
    const manifest = JSON.parse(readFileSync(path.join(data, 'warehouse', 'manifest.json'), 'utf8')) as {
      readonly parts?: readonly { readonly lastSeq?: number }[];
    };
    return Math.max(0, ...(manifest.parts ?? []).map(({ lastSeq = 0 }) => lastSeq));
  } catch {
    return 0;
  }
}
