import { statSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { DURATION_FORM, parseDuration } from '../../std/duration.ts';
import { isCurrency } from '../../std/money.ts';
import { readActuals, type ReadActuals } from '../../evidence/divergence/actuals.ts';
import { divergence } from '../../evidence/divergence/divergence.ts';
import { casesBy, clustersBy, did, meant, type Meant } from '../../evidence/divergence/meant.ts';
import { CASE_FIELDS, type CaseField, type Divergence } from '../../evidence/divergence/model.ts';
import { parseField, type Field } from '../../policy/field.ts';
import { textOf } from '../../warehouse/import/lines.ts';
import { divergenceText } from './compare/text.ts';
import { CommandFailed } from '../failure.ts';
import { dataOption, jsonOption } from '../options.ts';
import { holdsJournal, type ShadowRun } from '../../evidence/shadow/run.ts';
import { shadowRun } from '../shadow-run.ts';

interface CompareArguments {
  readonly data: string;
  readonly actuals: string;
  readonly again: string | undefined;
  readonly agent: string | undefined;
  readonly by: CaseField | undefined;
  readonly within: string;
  readonly action: readonly string[];
  readonly field: readonly string[];
  readonly except: readonly string[];
  readonly currency: string | undefined;
  readonly json: boolean;
}

/** The most bytes of an actuals file, unpacked: it is held in memory. */
const ACTUALS_BYTES_MAX = 256 * 1024 * 1024;

/** `interlock compare`: exit 1 where nothing could be compared. */
export const compare: CommandModule<object, CompareArguments> = {
  command: 'compare',
  describe: 'Compare what an agent meant to do with what people did',
  builder: (yargs) =>
    yargs
      .option('data', { ...dataOption, describe: 'The data directory of the shadow run' })
      .option('actuals', {
        type: 'string',
        demandOption: true,
        describe: 'What people did: a CSV or NDJSON file, or the data directory of a second journal',
      })
      .option('again', {
        type: 'string',
        describe: 'A second run of the same agent on the same cases: how far it differs from itself',
      })
      .option('agent', { alias: 'a', type: 'string', describe: 'Only of this agent; else of all' })
      .option('by', {
        choices: CASE_FIELDS,
        describe: 'What makes a case; else the first of these that the actuals have a column for',
      })
      .option('within', {
        type: 'string',
        default: '24h',
        describe: 'How far apart in time two actions may lie and still be the same; `any`: as far as they like',
      })
      .option('action', {
        type: 'string',
        array: true,
        default: [],
        describe: 'What the actuals call a route, NAME=ROUTE; NAME=- for what is no business of the agent’s',
      })
      .option('field', {
        type: 'string',
        array: true,
        default: [],
        describe: 'A further field to compare where the actuals are a journal: body.payee',
      })
      .option('except', {
        type: 'string',
        array: true,
        default: [],
        describe: 'A route that is not compared, on either side: what people do not write down',
      })
      .option('currency', { type: 'string', describe: 'Of amounts that state none' })
      .option('json', jsonOption)
      .example('$0 compare --actuals tickets.csv --within 7d', '')
      .example('$0 compare --data night-1 --actuals tickets.csv --again night-2 --by task', ''),
  handler: async (given) => {
    const result = await compared(given);
    console.log(given.json ? JSON.stringify(result) : divergenceText(result));
    if (result.coverage.compared === 0) process.exitCode = 1;
  },
};

async function compared(given: CompareArguments): Promise<Divergence> {
  const agent = given.agent ?? null;
  const within = withinOf(given.within);
  const kind = kindOf(given);
  const run = await shadowRun(given.data, agent);
  const actuals = await (kind === 'journal' ? actualsOf(given, run) : actualsFrom(given, run));
  const { caseField, fields } = actuals;
  const scope = { fields, except: exceptOf(given, run) };
  const meantBy = ({ intents }: ShadowRun): Meant => meant(intents, casesBy(caseField, intents), scope);
  const second = given.again === undefined ? undefined : meantBy(await shadowRun(given.again, agent));
  const first = meantBy(run);
  if (second !== undefined && first.cases.isDisjointFrom(second.cases)) {
    throw new CommandFailed(
      `Failed to compare with \`${given.again}\`: by ${caseField}, no case there is one of \`${given.data}\`. ` +
        'Sessions of two runs mostly have names of their own: --by task or --by subject.',
    );
  }
  return divergence({
    agent,
    caseField,
    meant: first,
    actuals: { ...actuals, timed: actuals.timed && within !== null },
    ...(second !== undefined && { again: second }),
    withinMs: within ?? 0,
    clusterOf: clustersBy(caseField, run.intents),
  });
}

/** What the actuals are, before anything large is read; what is asked of them must be of that kind. */
function kindOf({ actuals, action, field, currency }: CompareArguments): 'file' | 'journal' {
  const found = statSync(actuals, { throwIfNoEntry: false });
  if (found === undefined) throw new CommandFailed(`Failed to read the actuals: there is no \`${actuals}\`.`);
  if (currency !== undefined && !isCurrency(currency))
    throw new CommandFailed(`Failed to read --currency \`${currency}\`: it is no ISO 4217 currency, like USD.`);
  if (!found.isDirectory()) {
    if (field.length === 0) return 'file';
    throw new CommandFailed(
      '--field is for a second journal: a file is compared by every column `body.…` or `query.…` it has.',
    );
  }
  if (!holdsJournal(actuals))
    throw new CommandFailed(`Failed to read the actuals: \`${actuals}\` is a directory without a journal.`);
  if (action.length > 0) throw new CommandFailed('--action is for a file: the actions of a journal are its routes.');
  return 'journal';
}

async function actualsFrom(given: CompareArguments, run: ShadowRun): Promise<ReadActuals> {
  const { actuals: file, by, currency } = given;
  const text = await textOf(file, ACTUALS_BYTES_MAX);
  if (text === undefined)
    throw new CommandFailed(`Failed to read \`${file}\`: it is larger than ${ACTUALS_BYTES_MAX} bytes.`);
  const terms = {
    caseField: by,
    routes: run.routes,
    actions: actionsOf(given.action, run),
    except: exceptOf(given, run),
    currency,
  };
  const read = readActuals(text, terms);
  if (!read.ok)
    throw new CommandFailed(`Failed to read \`${file}\`: ${read.failure}. docs/divergence.md says what it may hold.`);
  return read.value;
}

/** What really happened, by a second journal: of all agents, for it may be of another. */
async function actualsOf(given: CompareArguments, run: ShadowRun): Promise<ReadActuals> {
  const { actuals: dir, by, field } = given;
  const caseField = by ?? 'session';
  const fields = new Map(field.map((name) => [name, fieldOf(name)]));
  const { intents } = await shadowRun(dir, null);
  const side = did(intents, casesBy(caseField, intents), { fields, except: exceptOf(given, run) });
  return { side, caseField, fields, timed: true, badRows: [], incomplete: new Set(), ignoredColumns: [] };
}

function fieldOf(name: string): Field {
  const field = parseField(name);
  if (field?.kind === 'body' || field?.kind === 'query') return field;
  throw new CommandFailed(`Failed to read --field \`${name}\`: name one of a request's: body.payee, query.limit.`);
}

function actionsOf(given: readonly string[], { routes }: ShadowRun): ReadonlyMap<string, string> {
  return new Map(
    given.map((text): [string, string] => {
      const at = text.lastIndexOf('=');
      const [name, route] = [text.slice(0, at), text.slice(at + 1)];
      if (at < 1) throw new CommandFailed(`Failed to read --action \`${text}\`: it is NAME=ROUTE.`);
      if (route === '-' || routes.has(route)) return [name, route];
      throw new CommandFailed(
        `Failed to read --action \`${text}\`: no route is called \`${route}\`. There are: ${[...routes.keys()].join(', ')}.`,
      );
    }),
  );
}

function exceptOf({ except }: CompareArguments, { routes }: ShadowRun): ReadonlySet<string> {
  const unknown = except.find((route) => !routes.has(route));
  if (unknown === undefined) return new Set(except);
  throw new CommandFailed(
    `Failed to read --except \`${unknown}\`: no route is called so. There are: ${[...routes.keys()].join(', ')}.`,
  );
}

/** `null`: as far as they like. */
function withinOf(text: string): number | null {
  if (text === 'any') return null;
  const within = parseDuration(text);
  if (within === undefined)
    throw new CommandFailed(`Failed to read --within \`${text}\`: it is \`any\`, or ${DURATION_FORM}.`);
  return within;
}
