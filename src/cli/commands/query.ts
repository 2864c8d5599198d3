import type { CommandModule } from 'yargs';
import type { Instant } from '../../std/clock.ts';
import { DURATION_FORM, parseDuration } from '../../std/duration.ts';
import {
  namedQueries,
  namedQuery,
  openWarehouse,
  QueryFailed,
  type NamedQuery,
  type Variables,
} from '../../warehouse/index.ts';
import { CommandFailed } from '../failure.ts';
import { dataOption } from '../options.ts';
import { print, type Form } from '../query/print.ts';
import { demandJournal } from './audit/journal-there.ts';

interface QueryArguments {
  readonly sql: string | undefined;
  readonly data: string;
  readonly named: string | undefined;
  readonly list: boolean;
  readonly csv: boolean;
  readonly json: boolean;
  readonly agent: string | undefined;
  readonly route: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly top: number | undefined;
  readonly memory: number;
}

/** `interlock query`: SQL over the journal, or a question that is in `queries/` already. */
export const query: CommandModule<object, QueryArguments> = {
  command: 'query [sql]',
  describe: 'Ask the journal by SQL, or by the name of a question',
  builder: (yargs) =>
    yargs
      .positional('sql', { type: 'string', describe: 'One SELECT; docs/warehouse.md has the views and their columns' })
      .option('data', dataOption)
      .option('named', { alias: 'n', type: 'string', describe: 'A named query; --list shows them' })
      .option('list', { type: 'boolean', default: false, describe: 'Show the named queries, and what they take' })
      .option('csv', { type: 'boolean', default: false, describe: 'Print CSV; amounts in micro-units' })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'Print NDJSON, one row a line; amounts in micro-units, as text',
      })
      .option('agent', { alias: 'a', type: 'string', describe: 'Of a named query: this agent alone' })
      .option('route', { type: 'string', describe: 'Of a named query: this route alone' })
      .option('since', { type: 'string', describe: 'Of a named query: 24h, or a time such as 2026-11-27T08:00Z' })
      .option('until', { type: 'string', describe: 'Of a named query: likewise' })
      .option('top', { type: 'number', describe: 'Of a named query: so many rows' })
      .option('memory', { type: 'number', default: 2, describe: 'GB that the answer may take' })
      .example('$0 query --list', '')
      .example('$0 query --named top-anomalies --agent refunds-bot --since 24h', '')
      .example('$0 query "SELECT route, count(*) FROM calls GROUP BY route"', ''),
  handler: async (given) => {
    if (given.list) return console.log(listed(namedQueries(), given.json));
    const named = given.named === undefined ? undefined : queryOf(given.named);
    if ((named === undefined) === (given.sql === undefined))
      throw new CommandFailed(
        'Failed to query: give one SELECT, or --named QUERY. `interlock query --list` shows those.',
      );
    if (given.csv && given.json) throw new CommandFailed('Failed to query: --csv and --json are two forms; give one.');
    const variables = variablesOf(given, named);
    demandJournal(given.data);
    const warehouse = await openWarehouse(given.data, { memoryBytes: memoryOf(given.memory) }).catch(reworded);
    process.stdout.on('error', endedBy);
    const form: Form = given.csv ? 'csv' : given.json ? 'json' : 'table';
    try {
      const chunks = named === undefined ? warehouse.stream(given.sql ?? '') : warehouse.named(named, variables);
      await print(chunks, form, process.stdout).catch(reworded);
    } finally {
      warehouse.close();
    }
  },
};

/** `… | head` has seen enough: that is no failure. */
function endedBy(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

function queryOf(name: string): NamedQuery {
  const named = namedQuery(name);
  if (named !== undefined) return named;
  const names = namedQueries().map((one) => one.name);
  throw new CommandFailed(`There is no query \`${name}\`. There are ${names.join(', ')}.`);
}

function variablesOf({ agent, route, since, until, top }: QueryArguments, named: NamedQuery | undefined): Variables {
  const given = { agent, route, since, until, top };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || named?.parameters.some((one) => one.split(' ', 1)[0] === name) === true) continue;
    const taken =
      named === undefined ? 'SQL takes none; write a WHERE' : `\`${named.name}\` takes ${named.parameters.join(', ')}`;
    throw new CommandFailed(`Failed to query with --${name}: ${taken}.`);
  }
  if (top !== undefined && !(Number.isSafeInteger(top) && top > 0))
    throw new CommandFailed(`Failed to read --top ${top}: give a whole number of rows.`);
  return { agent, route, since: timeOf('since', since), until: timeOf('until', until), top };
}

/** So long ago, or at that time. */
function timeOf(name: string, text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  const ago = parseDuration(text);
  const at = ago === undefined ? Date.parse(text) : Date.now() - ago;
  if (Number.isNaN(at) || (ago === undefined && !/^\d{4}-\d{2}-\d{2}/.test(text)))
    throw new CommandFailed(
      `Failed to read --${name} \`${text}\`: give ${DURATION_FORM}, or a time such as 2026-11-27T08:00Z.`,
    );
  return at;
}

function memoryOf(gigabytes: number): number {
  if (gigabytes >= 0.1 && gigabytes <= 1_024) return gigabytes * 1024 ** 3;
  throw new CommandFailed(`Failed to read --memory ${gigabytes}: give gigabytes, from 0.1 to 1024.`);
}

function reworded(error: unknown): never {
  if (error instanceof QueryFailed) throw new CommandFailed(`Failed to query: ${error.message}`);
  throw error;
}

function listed(queries: readonly NamedQuery[], json: boolean): string {
  if (json) return queries.map(({ sql: _, ...about }) => JSON.stringify(about)).join('\n');
  return queries
    .map(
      ({ name, answers, parameters }) =>
        `${name}\n  ${answers}\n  Takes: ${parameters.map((one) => `--${one}`).join(', ')}.`,
    )
    .join('\n\n');
}
