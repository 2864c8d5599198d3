import { crc32 } from 'node:zlib';
import type { GrantEntry, PolicyEntry, Recorded } from '../../journal/entry.ts';
import { Pieces, type ColumnHead } from './columns.ts';
import { Outside, TapeRecorder } from './tape-recorder.ts';
import type { Reel } from './reel.ts';
import { replayRows } from './rows.ts';
import type { TextBytes } from './words.ts';

/**
 * The tape of a part of a journal, on disk: its calls and what happened to them, as replay takes them in. Texts are numbers of the
 * part's own dictionaries.
 *
 *     8 bytes   magic
 *     4 + 4     CRC-32 of all that follows it; bytes of the head
 *     4 + 4     how many calls, how many events
 *     …         the head, as JSON, and spaces up to a multiple of 8
 *     …         the body: columns and texts, of which the head says where they lie
 *
 * All numbers little-endian.
 */
export const TAPE_MAGIC = 'ILTAPE01';
export const TAPE_HEADER_BYTES = 24;
export const SUM_AT = 8;
export const HEAD_SIZE_AT = 12;
export const COUNTS_AT = 16;
/** Raised when what a tape holds changes: parts of another version are made again. */
export const TAPE_VERSION = 1;

/** Which records it is of. */
export interface TapeIdentity {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** The chain's at its end. */
  readonly lastHash: string;
}

export interface TextsHead {
  readonly at: number;
  readonly bytes: number;
  readonly lengths: ColumnHead;
}

type Named<Name extends string, Value> = Readonly<Record<Name, Value>>;
export type CallColumn = keyof Reel['columns'];
export type Dictionary = keyof Reel['words'];
export type Sparse = keyof Reel['sparse'];

export interface TapeHead extends TapeIdentity {
  readonly calls: Named<CallColumn, ColumnHead>;
  readonly id: TextsHead;
  readonly events: Named<keyof Reel['events'], ColumnHead>;
  /** Without the first, which stands for none. */
  readonly answers: Named<'status' | 'latencyMs' | 'rest', ColumnHead>;
  readonly rests: TextsHead;
  readonly words: Named<Dictionary, TextsHead>;
  /** By row; micro-units as text. */
  readonly sparse: Named<Sparse, readonly (readonly [number, unknown])[]>;
  /** By place; the first is that in force before the part, whichever it was. */
  readonly digests: readonly string[];
  /** The place of the one in force at its end. */
  readonly inForce: number;
  /** The rows of calls that were let through and did not end in it. */
  readonly open: ColumnHead;
  /** The calls from before the part that it ends. */
  readonly outside: TextsHead;
  readonly freezes: Reel['freezes'];
  readonly reviews: Reel['reviews'];
  /** The first record of each policy, and every grant: what a candidate is compared with. */
  readonly policies: readonly Recorded<PolicyEntry>[];
  readonly grants: readonly Recorded<GrantEntry>[];
}

/** Records the tape of a part, record by record. */
export class PartRecorder {
  readonly #outside = new Outside();
  readonly #recorder = new TapeRecorder(0, this.#outside);
  readonly #policies: Recorded<PolicyEntry>[] = [];
  readonly #grants: Recorded<GrantEntry>[] = [];

  constructor() {
    this.#recorder.reel.named(BEFORE);
  }

  note(record: Recorded): void {
    const { policies } = this.#recorder.reel;
    if (record.kind === 'grant') this.#grants.push(record);
    else if (record.kind === 'policy' && policies.every(({ digest }) => digest !== record.digest))
      this.#policies.push(record);
    for (const row of replayRows(record)) this.#recorder.row(row);
  }

  /** The bytes of its file. */
  file({ firstSeq, lastSeq, lastHash }: TapeIdentity): readonly Uint8Array[] {
    const { reel } = this.#recorder;
    reel.fingerprints.settle();
    const body = new Pieces();
    const { status, latencyMs, rest, rests } = reel.answers;
    const answers = { status: status.whole(), latencyMs: latencyMs.whole(), rest: rest.whole() };
    const head: TapeHead = {
      firstSeq,
      lastSeq,
      lastHash,
      calls: mapped(reel.columns, (column) => body.column(column.whole())),
      id: texts(body, reel.id.whole()),
      events: mapped(reel.events, (column) => body.column(column.whole())),
      answers: mapped(answers, (column) => body.column(column.subarray(1))),
      rests: texts(body, rests.whole()),
      words: mapped(reel.words, (words) => texts(body, words.whole())),
      sparse: mapped(reel.sparse, (rows) => [...rows]),
      digests: reel.policies.map(({ digest }) => digest),
      inForce: reel.policy,
      open: body.column([...reel.open.values()]),
      outside: texts(body, this.#outside.ended.whole()),
      freezes: reel.freezes,
      reviews: reel.reviews,
      policies: this.#policies,
      grants: this.#grants,
    };
    return framed(head, body, reel);
  }
}

/** No digest: what was in force when the part began. */
const BEFORE = '\0';

function framed(head: TapeHead, body: Pieces, { calls, events }: Reel): readonly Uint8Array[] {
  const json = Buffer.from(JSON.stringify(head, plain));
  const padded = Buffer.concat([json, Buffer.alloc(-json.length & 7, ' ')]);
  const header = Buffer.alloc(TAPE_HEADER_BYTES);
  header.write(TAPE_MAGIC, 'latin1');
  header.writeUInt32LE(padded.length, HEAD_SIZE_AT);
  header.writeUInt32LE(calls, COUNTS_AT);
  header.writeUInt32LE(events.kind.size, COUNTS_AT + 4);
  const rest = [padded, ...body.pieces];
  header.writeUInt32LE(
    rest.reduce((sum, piece) => crc32(piece, sum), crc32(header.subarray(HEAD_SIZE_AT))),
    SUM_AT,
  );
  return [header, ...rest];
}

function plain(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function texts(body: Pieces, { bytes, ends }: TextBytes): TextsHead {
  const lengths = ends.map((end, place) => end - (place === 0 ? 0 : (ends[place - 1] as number)));
  return { at: body.add(bytes), bytes: bytes.length, lengths: body.column(lengths) };
}

function mapped<Name extends string, From, To>(
  from: Readonly<Record<Name, From>>,
  to: (value: From) => To,
): Readonly<Record<Name, To>> {
  const entries = Object.entries(from) as [Name, From][];
  return Object.fromEntries(entries.map(([name, value]) => [name, to(value)])) as Readonly<Record<Name, To>>;
}
