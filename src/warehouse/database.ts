import { DuckDBInstance, StatementType, type DuckDBConnection, type DuckDBPreparedStatement } from '@duckdb/node-api';
import { rowOf, type Row } from './row.ts';
import { literalList } from './sql/literal.ts';

/** What may be bound to a `$name` in a statement. */
export type Parameter = string | number | bigint | boolean | null;
export type Parameters = Readonly<Record<string, Parameter>>;

export interface DatabaseLimits {
  readonly memoryBytes?: number;
  readonly threads?: number;
}

/** What one question may take of a machine that has a door to run. */
export const MEMORY_BYTES = 2 * 1024 ** 3;
export const THREADS = 2;

/** A statement that is not answered: it is wrong, would change something, reads what is none of its business, or takes too much. */
export class QueryFailed extends Error {
  override readonly name = 'QueryFailed';
}

/** DuckDB in memory: it has no file of its own, installs nothing, and loads nothing. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #closed = false;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open({ memoryBytes = MEMORY_BYTES, threads = THREADS }: DatabaseLimits = {}): Promise<Database> {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(threads),
      memory_limit: `${Math.ceil(memoryBytes / 1024 ** 2)}MiB`,
      // Nothing is spilt: a question leaves no trace on a disk.
      temp_directory: '',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    });
    const connection = await instance.connect();
    await connection.run(`SET TimeZone = 'UTC'`);
    return new Database(instance, connection);
  }

  /** Our own statements: they may do anything. */
  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  /** From here on nothing but these files can be reached, and no setting be changed. There is no way back. */
  async lock(files: readonly string[]): Promise<void> {
    await this.#connection.run(`SET allowed_paths = ${literalList(files)}`);
    await this.#connection.run('SET enable_external_access = false');
    await this.#connection.run('SET lock_configuration = true');
  }

  /** One statement's rows, a chunk at a time. @throws QueryFailed */
  async *stream(sql: string, parameters: Parameters = {}): AsyncGenerator<Chunk> {
    const statement = await this.#reading(sql);
    try {
      bind(statement, parameters);
      const result = await statement.stream().catch(refused);
      const names = result.deduplicatedColumnNames();
      let told = false;
      for (;;) {
        const chunk = await result.fetchChunk().catch(refused);
        if (chunk === null || chunk.rowCount === 0) break;
        told = true;
        yield { names, rows: chunk.getRows().map((values) => rowOf(names, values)) };
      }
      if (!told) yield { names, rows: [] };
    } finally {
      statement.destroySync();
    }
  }

  /** All rows of one statement. @throws QueryFailed */
  async rows(sql: string, parameters: Parameters = {}): Promise<readonly Row[]> {
    const all: Row[] = [];
    for await (const { rows } of this.stream(sql, parameters)) for (const row of rows) all.push(row);
    return all;
  }

  /** Stops what runs. */
  interrupt(): void {
    if (!this.#closed) this.#connection.interrupt();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  /** One statement that only reads. */
  async #reading(sql: string): Promise<DuckDBPreparedStatement> {
    const statement = await this.#single(sql);
    const explained = EXPLAINS.exec(sql);
    const inner =
      statement.statementType === StatementType.EXPLAIN && explained !== null
        ? await this.#single(sql.slice(explained[0].length)).catch(refused)
        : statement;
    const reads = inner.statementType === StatementType.SELECT;
    if (inner !== statement) inner.destroySync();
    if (reads) return statement;
    statement.destroySync();
    throw new QueryFailed('It must be one SELECT: the warehouse is read, and nothing else.');
  }

  async #single(sql: string): Promise<DuckDBPreparedStatement> {
    if (sql.trim() === '') throw new QueryFailed('It must be one statement; there is none.');
    const statements = await this.#connection.extractStatements(sql).catch(refused);
    if (statements.count !== 1)
      throw new QueryFailed(
        `It must be one statement; ${statements.count === 0 ? 'there is none' : `these are ${statements.count}`}.`,
      );
    return statements.prepare(0).catch(refused);
  }
}

/** Rows as they come; the names also where there is none. */
export interface Chunk {
  readonly names: readonly string[];
  readonly rows: readonly Row[];
}

/** `EXPLAIN`, alone or `ANALYZE`, in front of what it explains. */
const EXPLAINS = /^(?:\s|--[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*EXPLAIN\s+(?:ANALYZE\s+)?/i;

function bind(statement: DuckDBPreparedStatement, parameters: Parameters): void {
  const wanted = new Set(
    Array.from({ length: statement.parameterCount }, (_, index) => statement.parameterName(index + 1)),
  );
  const given = Object.entries(parameters).filter(([name]) => wanted.has(name));
  const missing = [...wanted].filter((name) => !Object.hasOwn(parameters, name));
  if (missing.length > 0)
    throw new QueryFailed(`It asks for ${missing.map((name) => `$${name}`).join(', ')}, which is not given.`);
  for (const [name, value] of given) statement.bindValue(statement.parameterIndex(name), value);
}

function refused(error: unknown): never {
  throw new QueryFailed(error instanceof Error ? error.message : String(error));
}
