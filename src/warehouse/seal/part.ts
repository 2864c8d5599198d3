import fs from 'node:fs';
import path from 'node:path';
import type { Disk } from '../../journal/disk.ts';
import { makeDirectory } from '../../journal/index.ts';
import { assert } from '../../std/assert.ts';
import { indexBytes } from '../archive/index-file.ts';
import { Database } from '../database.ts';
import { linesOf } from '../sql/lines.ts';
import { literal } from '../sql/literal.ts';
import { BY_DAY } from '../sql/stretches.ts';
import { EXTRA_TABLES, TABLES, tableOf, type Naming } from '../sql/tables.ts';
import type { TailSegment } from '../tail.ts';
import { PartRecorder } from '../tape/part-tape.ts';
import { gather, type Gathered } from './gather.ts';
import { DRAFT_DIRECTORY, indexFile, partName, tableFile, tapeFile, WAREHOUSE_DIRECTORY } from './layout.ts';
import type { Part } from './manifest.ts';

/** What making a part may take beside a door; what does not fit is spilt into the draft. */
export const SEAL_MEMORY_BYTES = 2 * 1024 ** 3;
/** A few of these are held in memory by whoever reads: wide rows are large. */
const ROW_GROUP = 32_768;

export interface PartRequest {
  readonly dir: string;
  readonly run: readonly TailSegment[];
  /** The digest of the policy in force before it. */
  readonly policy: string | null;
  readonly generation: number;
  readonly disk: Disk;
}

/** Seals a run of closed segments. When it is done its files are durable under their names; no manifest names them yet. */
export async function makePart({ dir, run, policy, generation, disk }: PartRequest): Promise<Part> {
  const { warehouse, draft } = drafting(dir);
  const mentions = path.join(draft, 'mentions.ndjson');
  const recorder = new PartRecorder();
  const gathered = gather(dir, run, { policy, mentions, recorder, disk });
  const name = partName({ ...gathered, generation });
  const maker = new PartMaker(warehouse, draft, name);
  const index = maker.write(indexFile(name), indexBytes(gathered.entries, gathered.offsets));
  const lastHash = gathered.segments.at(-1)?.lastHash ?? '';
  const tape = maker.write(tapeFile(name), recorder.file({ ...gathered, lastHash }));
  const tables = await inDatabase(draft, (database) => maker.tables(database, gathered, run, policy, mentions));
  maker.publish(disk);
  fs.rmSync(draft, { recursive: true, force: true });
  const { firstSeq, lastSeq, firstAt, lastAt, segments } = gathered;
  return { firstSeq, lastSeq, firstAt, lastAt, segments, policy: gathered.policy, tables, index, tape };
}

/** Indexes what a door has written so far of the segment that it is writing to: up to `lastSeq`, the last whole line. */
export function makeLive({ dir, run, policy, generation, disk }: PartRequest, lastSeq: number): Part {
  const { warehouse, draft } = drafting(dir);
  const {
    firstSeq,
    firstAt,
    lastAt,
    segments,
    entries,
    offsets,
    policy: after,
  } = gather(dir, run, { policy, lastSeq, disk });
  const name = partName({ firstSeq, lastSeq, generation });
  const maker = new PartMaker(warehouse, draft, name);
  const index = maker.write(indexFile(name), indexBytes(entries, offsets));
  maker.publish(disk);
  fs.rmSync(draft, { recursive: true, force: true });
  return { firstSeq, lastSeq, firstAt, lastAt, segments, policy: after, tables: {}, index };
}

function drafting(dir: string): { readonly warehouse: string; readonly draft: string } {
  const warehouse = path.resolve(dir, WAREHOUSE_DIRECTORY);
  const draft = path.join(warehouse, DRAFT_DIRECTORY);
  fs.rmSync(draft, { recursive: true, force: true });
  makeDirectory(draft, 0o700);
  return { warehouse, draft };
}

async function inDatabase<Value>(draft: string, use: (database: Database) => Promise<Value>): Promise<Value> {
  const database = await Database.open({ memoryBytes: SEAL_MEMORY_BYTES, spill: path.join(draft, 'spill') });
  try {
    return await use(database);
  } finally {
    database.close();
  }
}

/** The files of one part, drafted and then published. */
class PartMaker {
  readonly #warehouse: string;
  readonly #draft: string;
  readonly #name: string;
  /** By their places in the warehouse. */
  readonly #drafted = new Map<string, string>();

  constructor(warehouse: string, draft: string, name: string) {
    this.#warehouse = warehouse;
    this.#draft = draft;
    this.#name = name;
  }

  write(file: string, pieces: readonly Uint8Array[]): string {
    const fd = fs.openSync(this.#drafting(file), 'wx', 0o600);
    try {
      for (const piece of pieces) fs.writeFileSync(fd, piece);
    } finally {
      fs.closeSync(fd);
    }
    return file;
  }

  async tables(
    database: Database,
    { firstSeq, lastSeq }: Gathered,
    run: readonly TailSegment[],
    policy: string | null,
    mentions: string,
  ): Promise<Record<string, readonly string[]>> {
    const named: Naming = (table) => `part_${table}`;
    const lines = linesOf(
      run.map(({ file }) => path.resolve(file)),
      false,
    );
    const before = policy === null ? 'NULL' : literal(policy);
    for (const table of TABLES)
      await database.run(`CREATE TABLE ${named(table)} AS ${tableOf(table, named, lines, before)}`);
    const [counted] = await database.rows(
      `SELECT count(*) AS n, min(seq) AS first, max(seq) AS last FROM part_records`,
    );
    const wanted = { n: lastSeq - firstSeq + 1, first: firstSeq, last: lastSeq };
    assert(JSON.stringify(counted) === JSON.stringify(wanted), 'DuckDB reads exactly the records that were checked');
    const files: Record<string, readonly string[]> = {};
    for (const table of TABLES) {
      const order = table === 'ends' ? 'ended_seq' : 'seq';
      files[table] = await this.#table(database, table, `SELECT * FROM ${named(table)}`, order);
    }
    files['keys'] = await this.#table(database, 'keys', keysOf(mentions), '"key", seq');
    for (const [table, { sql }] of Object.entries(EXTRA_TABLES)) {
      await database.run(`CREATE TABLE part_extra AS ${sql(named)}`);
      files[table] = await this.#table(database, table, 'SELECT * FROM part_extra', 'seq');
      await database.run('DROP TABLE part_extra');
    }
    return files;
  }

  /** Gives every drafted file its name, durably: their bytes first, then the names. */
  publish(disk: Disk): void {
    const directories = new Set<string>();
    for (const [file, draft] of this.#drafted) {
      const place = path.join(this.#warehouse, file);
      disk.makeDirectory(path.dirname(place));
      sync(draft);
      disk.rename(draft, place);
      directories.add(path.dirname(place));
    }
    for (const directory of directories) disk.syncDirectory(directory);
  }

  async #table(database: Database, table: string, sql: string, order: string): Promise<readonly string[]> {
    if (!BY_DAY.has(table)) return this.#copy(database, tableFile(table, this.#name), sql, order);
    const days = await database.rows(`SELECT DISTINCT ts::DATE::VARCHAR AS day FROM (${sql}) ORDER BY day`);
    const files: string[] = [];
    for (const { day } of days) {
      if (typeof day !== 'string') continue;
      const rows = `${sql} WHERE ts >= DATE ${literal(day)} AND ts < DATE ${literal(day)} + INTERVAL 1 DAY`;
      files.push(...(await this.#copy(database, tableFile(table, this.#name, day), rows, order)));
    }
    return files;
  }

  /** No file where there is no row. */
  async #copy(database: Database, file: string, rows: string, order: string): Promise<readonly string[]> {
    const draft = this.#drafting(file);
    if ((await database.rows(`SELECT 1 AS one FROM (${rows}) LIMIT 1`)).length === 0) {
      this.#drafted.delete(file);
      return [];
    }
    await database.run(
      `COPY (${rows} ORDER BY ${order}) TO ${literal(draft)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${ROW_GROUP})`,
    );
    return [file];
  }

  #drafting(file: string): string {
    const draft = path.join(this.#draft, file.replaceAll('/', '.'));
    this.#drafted.set(file, draft);
    return draft;
  }
}

function keysOf(mentions: string): string {
  const columns = `{'key': 'VARCHAR', 'role': 'VARCHAR', 'seq': 'BIGINT'}`;
  const read = `read_json(${literal(mentions)}, format = 'newline_delimited', columns = ${columns}, maximum_object_size = 16777216)`;
  return `SELECT m."key", m.role, m.seq, r."at", r."call" FROM ${read} AS m JOIN part_records AS r ON r.seq = m.seq`;
}

function sync(file: string): void {
  const fd = fs.openSync(file, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
