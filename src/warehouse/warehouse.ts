import { readJournal } from '../journal/index.ts';
import { disk } from '../journal/disk.ts';
import { Database, type Chunk, type DatabaseLimits, type Parameters } from './database.ts';
import type { Row } from './row.ts';
import { linesOf } from './sql/lines.ts';
import { TABLES, tableOf, viewsOf, type Table } from './sql/views.ts';
import { tailOf } from './tail.ts';
import type { Archive } from './why/archive.ts';
import { readArchive } from './why/read-archive.ts';

/**
 * A journal, asked: by SQL over its views, or by identifier.
 *
 * It shows the journal as it was when it was opened, whatever is written, rotated or sealed meanwhile.
 */
export interface Warehouse extends Archive {
  /**
   * All rows of one SELECT over the views of `docs/warehouse.md`; values are bound as `$name`.
   *
   * @throws QueryFailed with the place in the statement
   */
  rows(sql: string, values?: Parameters): Promise<readonly Row[]>;
  /** The same, a chunk at a time, for answers that are large. */
  stream(sql: string, values?: Parameters): AsyncGenerator<Chunk>;
  close(): void;
}

export async function openWarehouse(dir: string, limits: DatabaseLimits = {}): Promise<Warehouse> {
  const archive = readArchive(readJournal(dir, { tail: 'live' }));
  const database = await Database.open(limits);
  try {
    const tail = tailOf(dir, 1, disk);
    const lines = linesOf(
      tail.map(({ file }) => file),
      true,
    );
    const name = (table: Table): string => `tail_${table}`;
    for (const table of TABLES)
      await database.run(`CREATE TABLE ${name(table)} AS ${tableOf(table, name, lines, 'NULL')}`);
    await database.run(`CREATE TABLE tail_keys ("key" VARCHAR, role VARCHAR, seq BIGINT, "at" BIGINT, "call" VARCHAR)`);
    for (const sql of viewsOf(name, 'tail_keys')) await database.run(sql);
    await database.lock([]);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    ...archive,
    rows: (sql, values) => database.rows(sql, values),
    stream: (sql, values) => database.stream(sql, values),
    close: () => database.close(),
  };
}
