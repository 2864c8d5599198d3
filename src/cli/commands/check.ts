import Table from 'cli-table3';
import type { CommandModule } from 'yargs';
import type { Stage } from '../../engine/call.ts';
import { Engine } from '../../engine/engine.ts';
import { Sealer } from '../../door/privacy/sealer.ts';
import { foldJournal, lookingVault, readJournal } from '../../journal/index.ts';
import { formatMicros } from '../../std/money.ts';
import {
  blastRadius,
  formatProblem,
  readPolicy,
  type BlastRadius,
  type LoadedPolicy,
  type PolicyProblem,
  type Radius,
} from '../../policy/index.ts';
import { answerLines, answersReport } from '../check/answers.ts';
import { ladderJson, ladderReport, unaskedWarnings } from '../check/ladder.ts';
import { explanationJson, explanationReport } from '../check/explanation.ts';
import { mockWarnings } from '../check/mocks.ts';
import { explain } from '../check/question.ts';
import { CommandFailed } from '../failure.ts';
import { jsonOption, policyOption } from '../options.ts';

interface Options {
  readonly policy: string;
  readonly json: boolean;
  readonly explain: string | undefined;
  readonly agent: string | undefined;
  readonly body: string;
  readonly header: readonly string[];
  readonly task: string;
  readonly value: readonly string[];
  readonly data: string | undefined;
  readonly limits: boolean;
}

/** `interlock check`: exit 1 with every problem, or what each agent may do at most, or what the guards say of one call. */
export const check: CommandModule<object, Options> = {
  command: 'check [policy]',
  describe: 'Check a policy file, and show what each agent may do at most or what becomes of one call',
  builder: (yargs) =>
    yargs
      .positional('policy', policyOption)
      .option('json', jsonOption)
      .option('limits', {
        type: 'boolean',
        default: false,
        describe: 'What bounds a door under this policy, and what happens beyond: every queue, body, socket and wait',
      })
      .option('explain', { type: 'string', describe: 'A call, "POST /v1/refunds": what would each guard say of it?' })
      .option('agent', { type: 'string', describe: 'Whose call it is; needed where the policy has several agents' })
      .option('body', { type: 'string', default: '', describe: 'Its body: JSON or a form' })
      .option('header', { type: 'string', array: true, default: [], describe: 'A header: "Name: value"' })
      .option('task', { type: 'string', default: 'a task', describe: 'The task of its grant' })
      .option('value', { type: 'string', array: true, default: [], describe: 'What its grant declares: payee=acct_1' })
      .option('data', {
        type: 'string',
        describe: 'A data directory: judge by what happened there, not by a clean slate',
      })
      .example(`$0 check --explain 'POST /v1/refunds' --agent refunds-bot --body 'charge=ch_1&amount=500'`, ''),
  handler: async (options) => {
    const { policy: file, json } = options;
    const loaded = await readPolicy(file);
    if (!loaded.ok) {
      process.exitCode = 1;
      if (json) return console.log(JSON.stringify({ ok: false, file, problems: loaded.failure }, null, 2));
      return console.error(problemReport(file, loaded.failure));
    }
    if (options.limits) {
      // Loaded when first needed: the bounds stand where they are kept, all over the door and the control room.
      const { limitsJson, limitsReport } = await import('../check/limits.ts');
      console.log(json ? JSON.stringify(limitsJson(loaded.value), null, 2) : limitsReport(loaded.value));
      return;
    }
    if (options.explain !== undefined) return explainCall(loaded.value, options.explain, options);
    const policy = {
      ...loaded.value,
      warnings: [...loaded.value.warnings, ...unaskedWarnings(loaded.value), ...mockWarnings(loaded.value)],
    };
    const radius = blastRadius(policy);
    console.log(json ? JSON.stringify(toJson(policy, radius), null, 2) : radiusReport(policy, radius));
  },
};

function explainCall(policy: LoadedPolicy, line: string, options: Options): void {
  const { agent = onlyAgent(policy), data, json, body, header: headers, task } = options;
  const values = Object.fromEntries(
    Object.entries(Object.groupBy(options.value.map(declared), ([name]) => name)).map(([name, pairs = []]) => [
      name,
      pairs.map(([, value]) => value),
    ]),
  );
  const { engine, lastAt } =
    data === undefined
      ? { engine: new Engine(policy.policy), lastAt: 0 }
      : foldJournal(policy.policy, readJournal(data, { tail: 'live' }));
  const at = Math.max(lastAt, Date.now());
  const vault = data === undefined ? undefined : lookingVault(data);
  const sealer = vault === undefined ? null : new Sealer(policy, vault);
  const explained = explain(policy, engine, at, { line, agent, task, body, headers, values }, sealer);
  if (!explained.ok) throw new CommandFailed(explained.failure);
  console.log(json ? JSON.stringify(explanationJson(explained.value), null, 2) : explanationReport(explained.value));
}

function onlyAgent({ policy: { agents } }: LoadedPolicy): string {
  const [only, ...others] = agents.keys();
  if (only !== undefined && others.length === 0) return only;
  throw new CommandFailed(`Say whose call it is: --agent ${[...agents.keys()].join(' | ')}`);
}

function declared(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new CommandFailed(`\`--value ${text}\` is not NAME=VALUE, payee=acct_1.`);
}

function problemReport(file: string, problems: readonly PolicyProblem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return [...problems.map((problem) => formatProblem(file, problem)), '', `${count}. Nothing was loaded.`].join('\n');
}

function radiusReport(loaded: LoadedPolicy, { agents, total }: BlastRadius): string {
  const { file, digest, environment, warnings } = loaded;
  const table = new Table({
    head: ['agent', 'money a day', 'calls an hour', 'destructive', 'other writes', 'personal data'],
    style: { head: [], border: [] },
  });
  for (const { agent, stage, ...radius } of agents) table.push([`${agent}\n(${stage})`, ...cells(radius)]);
  if (agents.length > 1) table.push(['all together', ...cells(total)]);
  const remarks = warnings.map((warning) => `warning: ${formatProblem(file, warning)}`);
  const answers = answersReport(answerLines(loaded));
  return [
    `${file} is sound (environment ${environment}, digest ${digest.slice(0, 12)}).`,
    '',
    'At most, whatever an agent tries, and whatever its stage still holds back:',
    table.toString(),
    ...heldBack(loaded),
    'A day is the calendar day of a daily budget, else any 24 hours. `no limit`: nothing in the policy bounds it.',
    journalled(loaded),
    ...neverLines(loaded),
    ...ladderReport(loaded),
    ...(answers.length === 0 ? [] : ['', ...answers]),
    ...(remarks.length === 0 ? [] : ['', ...remarks]),
  ].join('\n');
}

/** What no rule above refuses by itself. */
function neverLines({ never }: LoadedPolicy): readonly string[] {
  if (never.length === 0) return [];
  return [
    '',
    'Never, whatever the rules say (no call is refused by this; `interlock probe` searches for a way to it):',
    ...never.map(({ rule, text }) => `- ${rule}: ${text}`),
  ];
}

/** Whose writes are not sent yet. */
function heldBack({ policy }: LoadedPolicy): readonly string[] {
  const inStage = (wanted: Stage): string =>
    [...policy.agents.values()].flatMap(({ id, stage, base = stage }) => (base === wanted ? [id] : [])).join(', ');
  const [staging, shadow] = [inStage('staging'), inStage('shadow')];
  return [
    ...(staging === '' ? [] : [`Of this no write is sent yet for ${staging}: it is refused, in staging.`]),
    ...(shadow === '' ? [] : [`Of this no write is sent yet for ${shadow}: it is captured, in shadow.`]),
  ];
}

/** What the journal will have of requests and answers. */
function journalled(loaded: LoadedPolicy): string {
  const { sealed, clear } = journalledOf(loaded);
  if (sealed.length === 0)
    return 'No route has `pii`: what all of them are asked and answer is journalled as it comes.';
  const rest = clear.length === 0 ? '' : ` Journalled as it comes: ${clear.join(', ')}.`;
  return `Personal data is sealed on ${sealed.join(', ')}.${rest}`;
}

function journalledOf({ policy: { routes } }: LoadedPolicy): Record<'sealed' | 'clear', readonly string[]> {
  const those = (pii: boolean): string[] =>
    [...routes.values()].flatMap((route) => (route.pii === pii ? [route.id] : []));
  return { sealed: those(true), clear: those(false) };
}

function cells({ moneyPerDay, callsPerHour, destructive, writes, pii }: Radius): string[] {
  const others = writes.filter((route) => !destructive.includes(route));
  return [moneyCell(moneyPerDay), callsCell(callsPerHour), ...[destructive, others, pii].map(listCell)];
}

function moneyCell(bounds: Radius['moneyPerDay']): string {
  const lines = bounds.map(({ currency, micros }) => {
    const amount = micros === undefined || currency === null ? 'no limit' : formatMicros(micros, currency);
    return `${amount} ${currency ?? 'in any currency'}`;
  });
  return listCell(lines);
}

function callsCell(bounds: Radius['callsPerHour']): string {
  return listCell(bounds.map(({ effect, calls }) => `${effect}: ${calls ?? 'no limit'}`));
}

function listCell(lines: readonly string[]): string {
  return lines.length === 0 ? 'none' : lines.join('\n');
}

function toJson(loaded: LoadedPolicy, { agents, total }: BlastRadius): object {
  const { file, digest, environment, warnings } = loaded;
  return {
    ok: true,
    file,
    digest,
    environment,
    warnings,
    agents: agents.map(({ agent, stage, ...radius }) => ({ agent, stage, ...radiusJson(radius) })),
    total: radiusJson(total),
    journalled: journalledOf(loaded),
    never: loaded.never.map(({ rule, text }) => ({ rule, text })),
    answers: answerLines(loaded),
    ...ladderJson(loaded),
  };
}

/** Amounts in units of their currency and counts, both as text; `null` where nothing bounds them. */
function radiusJson({ moneyPerDay, callsPerHour, ...routes }: Radius): object {
  return {
    moneyPerDay: moneyPerDay.map(({ currency, micros }) => ({
      currency,
      max: micros === undefined || currency === null ? null : formatMicros(micros, currency),
    })),
    callsPerHour: callsPerHour.map(({ effect, calls }) => ({ effect, max: calls?.toString() ?? null })),
    ...routes,
  };
}
