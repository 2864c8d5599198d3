import { DuckDBInstance, StatementType, type DuckDBConnection, type DuckDBPreparedStatement } from '@duckdb/node-api';
import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import { QueryFailed } from './query-failed.ts';
import { rowOf, type Row } from './row.ts';
import { literalList } from './sql/literal.ts';

/** What may be bound to a `$name` in a statement. */
export type Parameter = string | number | bigint | boolean | null;
export type Parameters = Readonly<Record<string, Parameter>>;

export interface DatabaseLimits {
  readonly memoryBytes?: number;
  readonly threads?: number;
  /** A directory for what does not fit into memory. Absent: nothing is spilt, so a question leaves no trace on a disk. */
  readonly spill?: string;
}

/** Rows as they come; the names also where there is none. */
export interface Chunk {
  readonly names: readonly string[];
  readonly rows: readonly Row[];
}

/** What one question may take of a machine that has a door to run. */
export const MEMORY_BYTES = 2 * 1024 ** 3;
export const THREADS = 2;

/** DuckDB in memory: it has no file of its own, installs nothing, and loads nothing. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #own: DuckDBConnection;
  readonly #asking = new Set<DuckDBConnection>();
  #closed = false;

  private constructor(instance: DuckDBInstance, own: DuckDBConnection) {
    this.#instance = instance;
    this.#own = own;
  }

  static async open({
    memoryBytes = MEMORY_BYTES,
    threads = THREADS,
    spill = '',
  }: DatabaseLimits = {}): Promise<Database> {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(threads),
      memory_limit: `${Math.ceil(memoryBytes / 1024 ** 2)}MiB`,
      temp_directory: spill,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    });
    const own = await instance.connect();
    await own.run(`SET GLOBAL TimeZone = 'UTC'`);
    return new Database(instance, own);
  }

  /** Our own statements: they may do anything. */
  async run(sql: string): Promise<void> {
    await this.#own.run(sql);
  }

  /** Fills a table of texts and 64-bit numbers. */
  async append(table: string, rows: Iterable<readonly (string | bigint | null)[]>): Promise<void> {
    const appender = await this.#own.createAppender(table);
    for (const row of rows) {
      for (const value of row) {
        if (value === null) appender.appendNull();
        else if (typeof value === 'string') appender.appendVarchar(value);
        else appender.appendBigInt(value);
      }
      appender.endRow();
    }
    appender.closeSync();
  }

  /** From here on nothing but these files can be reached, and no setting be changed. There is no way back. */
  async lock(files: readonly string[]): Promise<void> {
    await this.run(`SET allowed_paths = ${literalList(files)}`);
    await this.run('SET enable_external_access = false');
    await this.run('SET lock_configuration = true');
  }

  /**
   * One statement's rows, a chunk at a time.
   *
   * @param before statements of ours that are run on its connection first
   * @throws QueryFailed
   */
  async *stream(sql: string, parameters: Parameters = {}, before: readonly string[] = []): AsyncGenerator<Chunk> {
    let names: readonly string[] | undefined;
    for await (const { result, chunk } of this.#answer(sql, parameters, before)) {
      names ??= result.deduplicatedColumnNames();
      const its = names;
      yield { names: its, rows: chunk === null ? [] : chunk.getRows().map((values) => rowOf(its, values)) };
    }
  }

  /** The same, as DuckDB's own vectors: for those who count millions of rows. @throws QueryFailed */
  async *chunks(sql: string, parameters: Parameters = {}): AsyncGenerator<DuckDBDataChunk> {
    for await (const { chunk } of this.#answer(sql, parameters, [])) if (chunk !== null) yield chunk;
  }

  /** All rows of one statement. @throws QueryFailed */
  async rows(sql: string, parameters: Parameters = {}): Promise<readonly Row[]> {
    const all: Row[] = [];
    for await (const { rows } of this.stream(sql, parameters)) for (const row of rows) all.push(row);
    return all;
  }

  /** Stops what runs. */
  interrupt(): void {
    for (const connection of this.#asking) connection.interrupt();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#own.closeSync();
    this.#instance.closeSync();
  }

  /** Each on a connection of its own, so that answers which are still read do not disturb each other. */
  async *#answer(
    sql: string,
    parameters: Parameters,
    before: readonly string[],
  ): AsyncGenerator<{ result: DuckDBResult; chunk: DuckDBDataChunk | null }> {
    const connection = await this.#instance.connect();
    this.#asking.add(connection);
    try {
      for (const setting of before) await connection.run(setting);
      const statement = await reading(connection, sql);
      bind(statement, parameters);
      const result = await statement.stream().catch((error: unknown) => refused(error));
      for (let told = false; ; told = true) {
        const chunk = await result.fetchChunk().catch((error: unknown) => refused(error));
        const isEnd = chunk === null || chunk.rowCount === 0;
        if (!isEnd || !told) yield { result, chunk: isEnd ? null : chunk };
        if (isEnd) return;
      }
    } finally {
      this.#asking.delete(connection);
      connection.closeSync();
    }
  }
}

/** One statement that only reads. */
async function reading(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statement = await single(connection, sql);
  const explained = EXPLAINS.exec(sql);
  const inner =
    statement.statementType === StatementType.EXPLAIN && explained !== null
      ? await single(connection, sql.slice(explained[0].length))
      : statement;
  if (inner.statementType === StatementType.SELECT) return statement;
  throw new QueryFailed('It must be one SELECT: the warehouse is read, and nothing else.');
}

async function single(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  if (sql.trim() === '') throw new QueryFailed('It must be one statement; there is none.');
  const statements = await connection.extractStatements(sql).catch((error: unknown) => refused(error, sql));
  if (statements.count !== 1) throw new QueryFailed(`It must be one statement; these are ${statements.count}.`);
  return statements.prepare(0).catch((error: unknown) => refused(error));
}

/**
 * `EXPLAIN`, alone or `ANALYZE`, in front of what it explains. Nothing may stand before it: where a comment ends (they nest, and
 * a carriage return ends a line), DuckDB alone can say, and what we took for a comment could be the statement that is run.
 */
const EXPLAINS = /^\s*EXPLAIN\s+(?:ANALYZE\s+)?/i;

function bind(statement: DuckDBPreparedStatement, parameters: Parameters): void {
  const wanted = Array.from({ length: statement.parameterCount }, (_, index) => statement.parameterName(index + 1));
  const missing = wanted.filter((name) => !Object.hasOwn(parameters, name));
  if (missing.length > 0)
    throw new QueryFailed(`It asks for ${missing.map((name) => `$${name}`).join(', ')}, which is not given.`);
  for (const name of new Set(wanted)) statement.bindValue(statement.parameterIndex(name), parameters[name] ?? null);
}

/** Columns whose names are words of DuckDB's own, where they stand as one: the first that one stumbles over here. */
const OWN_WORDS = /(?<![\w".])(at|by)\s*(?:,|\)|;|$|from\b|[<>=])/i;

function refused(error: unknown, sql = ''): never {
  const message = (error instanceof Error ? error.message : String(error)).replace(
    /^Failed to extract statements: /,
    '',
  );
  const word = message.includes('syntax error') ? OWN_WORDS.exec(sql)?.[1] : undefined;
  throw new QueryFailed(
    word === undefined ? message : `${message}\nThe column \`${word}\` is written "${word}" in SQL.`,
  );
}
