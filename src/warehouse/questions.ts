import { disk } from '../journal/disk.ts';
import { readJournal } from '../journal/read.ts';
import { Database, type DatabaseLimits } from './database.ts';
import { QueryFailed } from './query-failed.ts';
import { sealedFile, type Snapshot } from './snapshot.ts';
import { linesOf } from './sql/lines.ts';
import { literal } from './sql/literal.ts';
import { union } from './sql/stretches.ts';
import { EXTRA_TABLES, TABLES, tableOf, type Naming } from './sql/tables.ts';
import { viewsOf } from './sql/views.ts';
import { mentionsOf } from './why/mentions.ts';

/** What is not sealed is held in memory to be asked; more than this is to be sealed first. */
export const TAIL_BYTES_MAX = 1024 ** 3;

/** DuckDB over a snapshot of a journal: its views, and nothing else within reach. */
export class Questions {
  readonly #snapshot: Snapshot;
  readonly database: Database;
  #keys: Promise<void> | undefined;

  private constructor(snapshot: Snapshot, database: Database) {
    this.#snapshot = snapshot;
    this.database = database;
  }

  /** @throws QueryFailed where more is unsealed than fits into memory, or what is there has holes */
  static async open(snapshot: Snapshot, limits: DatabaseLimits): Promise<Questions> {
    demandSealed(snapshot);
    const database = await Database.open(limits);
    try {
      await fill(database, snapshot);
      return new Questions(snapshot, database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Makes sure that whatever a statement asks for is there. The identifiers of the tail are gathered when they are asked for first. */
  async prepare(sql: string): Promise<void> {
    if (/\bkeys\b/i.test(sql)) await (this.#keys ??= this.#gatherKeys());
  }

  async #gatherKeys(): Promise<void> {
    await this.database.append('tail_keys', tailKeys(this.#snapshot));
  }
}

async function fill(database: Database, { dir, parts, tail, lastSeq }: Snapshot): Promise<void> {
  const inMemory: Naming = (table) => `tail_${table}`;
  const lines = linesOf(
    tail.map(({ file }) => file),
    true,
  );
  const policy = parts.at(-1)?.policy;
  const before = policy === null || policy === undefined ? 'NULL' : literal(policy);
  for (const table of TABLES) {
    const rows = tableOf(table, inMemory, lines, before);
    // What was written since the snapshot is not of it.
    await database.run(
      `CREATE TABLE ${inMemory(table)} AS ${table === 'records' ? `FROM (${rows}) WHERE seq <= ${lastSeq}` : rows}`,
    );
  }
  await demandNoHole(database, (parts.at(-1)?.lastSeq ?? 0) + 1, lastSeq);
  for (const [table, { sql }] of Object.entries(EXTRA_TABLES))
    await database.run(`CREATE TABLE tail_${table} AS ${sql(inMemory)}`);
  await database.run(`CREATE TABLE tail_keys ("key" VARCHAR, role VARCHAR, seq BIGINT, "at" BIGINT, "call" VARCHAR)`);
  const files = (table: string): readonly string[] =>
    parts.flatMap(({ tables }) => tables[table] ?? []).map((file) => sealedFile(dir, file));
  const all = (table: string): string => union(table, files(table), `tail_${table}`);
  for (const sql of viewsOf(all, all)) await database.run(sql);
  await database.lock(parts.flatMap(({ tables }) => Object.values(tables).flat()).map((file) => sealedFile(dir, file)));
}

function demandSealed({ dir, tail }: Snapshot): void {
  const bytes = tail.reduce((sum, segment) => sum + segment.bytes, 0);
  if (bytes <= TAIL_BYTES_MAX) return;
  throw new QueryFailed(
    `${Math.round(bytes / 1024 ** 2)} MB of the journal are not sealed, and at most ${TAIL_BYTES_MAX / 1024 ** 2} MB are read as they are. Run \`interlock seal --data ${dir}\` first.`,
  );
}

/** A line that cannot be read is passed over while it may be one that is being written; before others it is damage. */
async function demandNoHole(database: Database, first: number, last: number): Promise<void> {
  const [counted] = await database.rows(
    `SELECT count(*) = greatest(0, $last - $first + 1) AND coalesce(min(seq), $first) = $first AS whole FROM tail_records`,
    { first, last },
  );
  if (counted?.['whole'] === true) return;
  throw new QueryFailed(
    `Records between ${first} and ${last} cannot be read. Run \`interlock audit verify\`; change nothing.`,
  );
}

function* tailKeys({ dir, parts, lastSeq }: Snapshot): Generator<readonly (string | bigint | null)[]> {
  const from = (parts.at(-1)?.lastSeq ?? 0) + 1;
  if (from > lastSeq) return;
  for (const record of readJournal(dir, { from, tail: 'live', disk })) {
    if (record.seq > lastSeq) return;
    if (record.seq < from) continue;
    const call = 'call' in record && typeof record.call === 'string' ? record.call : null;
    for (const { key, role } of mentionsOf(record))
      if (!key.startsWith('\0')) yield [key.toWellFormed(), role, BigInt(record.seq), BigInt(record.at), call];
  }
}
