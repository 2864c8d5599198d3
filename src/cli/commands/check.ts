import Table from 'cli-table3';
import type { CommandModule } from 'yargs';
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
import { jsonOption, policyOption } from '../options.ts';

/** `interlock check`: exit 1 with every problem, or what each agent may do at most. */
export const check: CommandModule<object, { readonly policy: string; readonly json: boolean }> = {
  command: 'check [policy]',
  describe: 'Check a policy file and show what each agent may do at most',
  builder: (yargs) => yargs.positional('policy', policyOption).option('json', jsonOption),
  handler: async ({ policy: file, json }) => {
    const loaded = await readPolicy(file);
    if (!loaded.ok) {
      process.exitCode = 1;
      if (json) return console.log(JSON.stringify({ ok: false, file, problems: loaded.failure }, null, 2));
      return console.error(problemReport(file, loaded.failure));
    }
    const radius = blastRadius(loaded.value);
    console.log(json ? JSON.stringify(toJson(loaded.value, radius), null, 2) : radiusReport(loaded.value, radius));
  },
};

function problemReport(file: string, problems: readonly PolicyProblem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return [...problems.map((problem) => formatProblem(file, problem)), '', `${count}. Nothing was loaded.`].join('\n');
}

function radiusReport({ file, digest, environment, warnings }: LoadedPolicy, { agents, total }: BlastRadius): string {
  const table = new Table({
    head: ['agent', 'money a day', 'calls an hour', 'destructive', 'other writes', 'personal data'],
    style: { head: [], border: [] },
  });
  for (const { agent, stage, ...radius } of agents) table.push([`${agent}\n(${stage})`, ...cells(radius)]);
  if (agents.length > 1) table.push(['all together', ...cells(total)]);
  const remarks = warnings.map((warning) => `warning: ${formatProblem(file, warning)}`);
  return [
    `${file} is sound (environment ${environment}, digest ${digest.slice(0, 12)}).`,
    '',
    'At most, whatever an agent tries, and whatever its stage still holds back:',
    table.toString(),
    'A day is the calendar day of a daily budget, else any 24 hours. `no limit`: nothing in the policy bounds it.',
    ...(remarks.length === 0 ? [] : ['', ...remarks]),
  ].join('\n');
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

function toJson({ file, digest, environment, warnings }: LoadedPolicy, { agents, total }: BlastRadius): object {
  return {
    ok: true,
    file,
    digest,
    environment,
    warnings,
    agents: agents.map(({ agent, stage, ...radius }) => ({ agent, stage, ...radiusJson(radius) })),
    total: radiusJson(total),
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
