import type { DuckDBDataChunk } from '@duckdb/node-api';
import { disk } from '../journal/disk.ts';
import { openArchiveOf } from './archive/open-archive.ts';
import type { Chunk, DatabaseLimits, Parameters } from './database.ts';
import { settingOf, type NamedQuery, type Variables } from './named.ts';
import type { Questions } from './questions.ts';
import type { Row } from './row.ts';
import { snapshotOf } from './snapshot.ts';
import type { Archive } from './why/archive.ts';

/**
 * A journal, asked: by SQL over its views, or by identifier.
 *
 * It shows the journal as it was when it was opened, whatever is written, rotated or sealed meanwhile; for as long as retired
 * files stay (see `seal`), so open one for a question or a page, not for a day.
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
  /** A named query's rows. @throws QueryFailed */
  named(query: NamedQuery, variables: Variables): AsyncGenerator<Chunk>;
  /** The same, as DuckDB's own vectors. */
  chunks(sql: string, values?: Parameters): AsyncGenerator<DuckDBDataChunk>;
  /** Keeps a SELECT's rows in memory as a table of that name, for programs of ours that ask of it often. Both are our own words. */
  keep(name: string, select: string): Promise<void>;
  close(): void;
}

/** Opens a data directory. DuckDB is loaded with the first SQL: looking up identifiers needs none. */
export async function openWarehouse(dir: string, limits: DatabaseLimits = {}): Promise<Warehouse> {
  const snapshot = snapshotOf(dir, disk);
  const archive = openArchiveOf(snapshot, disk);
  let opening: Promise<Questions> | undefined;
  const asked = async (sql: string): Promise<Questions['database']> => {
    const questions = await (opening ??= import('./questions.ts').then(({ Questions }) =>
      Questions.open(snapshot, limits),
    ));
    await questions.prepare(sql);
    return questions.database;
  };
  return {
    find: (key, wanted) => archive.find(key, wanted),
    session: (agent, id) => archive.session(agent, id),
    read: (places) => archive.read(places),
    recent: (count) => archive.recent(count),
    extent: () => archive.extent(),
    rows: async (sql, values) => (await asked(sql)).rows(sql, values),
    async *stream(sql, values) {
      yield* (await asked(sql)).stream(sql, values);
    },
    async *named({ sql }, variables) {
      yield* (await asked(sql)).stream(sql, {}, settingOf(variables));
    },
    async *chunks(sql, values) {
      yield* (await asked(sql)).chunks(sql, values);
    },
    keep: async (name, select) => (await asked(select)).run(`CREATE OR REPLACE TABLE ${name} AS ${select}`),
    close: () => {
      archive.close();
      void opening?.then(({ database }) => database.close()).catch(() => undefined);
    },
  };
}
