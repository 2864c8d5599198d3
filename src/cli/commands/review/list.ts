import Table from 'cli-table3';
import type { CommandModule } from 'yargs';
import { formatMoney } from '../../../std/money.ts';
import { word } from '../../../std/shell-word.ts';
import type { Candidate, Candidates } from '../../../evidence/review/queue.ts';
import { worded } from '../../../report/review/story.ts';
import { visibleJson, visibleLine } from '../../../report/visible.ts';
import { several } from '../../estimate-text.ts';
import { placeOptions } from '../../options.ts';
import { candidatesIn, queueFor, signed, type ReviewArguments } from './desk.ts';

interface ListArguments extends ReviewArguments {
  readonly limit: number;
}

/** `interlock review list` */
export const list: CommandModule<ReviewArguments, ListArguments> = {
  command: 'list',
  describe: 'What needs a human, not yet reviewed first',
  builder: (yargs) =>
    yargs.option('limit', { type: 'number', default: 25, describe: 'How many to show; --json gives all' }),
  handler: async (asked) => {
    const given = await signed(asked);
    const all = await candidatesIn(given);
    const waiting = queueFor(given, all);
    console.log(given.json ? JSON.stringify(listJson(given, all, waiting)) : listText(given, all, waiting));
  },
};

function listJson(given: ReviewArguments, all: Candidates, waiting: readonly Candidate[]): object {
  return {
    seed: given.seed,
    population: all.all.length,
    chosen: all.all.filter(({ chosen }) => chosen).length,
    calls: waiting.map((one) => candidateJson(one, given)),
  };
}

/** Others' opinions are counted and not told, unless somebody asks for them. */
export function candidateJson(
  { intent, stratum, anomalies, chosen, opinions }: Candidate,
  given: ReviewArguments,
): object {
  const { call, at, agent, task, session, route, effect, subject, amount, verdict } = intent;
  const by = given.by?.trim();
  return {
    call,
    at,
    agent,
    task,
    session,
    route,
    effect,
    subject,
    verdict,
    amount: amount === null ? null : { micros: amount.micros.toString(), currency: amount.currency },
    stratum,
    anomalies,
    chosen,
    reviewers: opinions.length,
    own: opinions.find((one) => one.by === by) ?? null,
    ...(given['show-opinions'] && { opinions }),
  };
}

function listText(given: ListArguments, all: Candidates, waiting: readonly Candidate[]): string {
  const chosen = all.all.filter((one) => one.chosen);
  const reviewed = chosen.filter(({ opinions }) => opinions.length > 0).length;
  const strata = new Set(all.all.map(({ stratum }) => JSON.stringify(stratum))).size;
  const shown = waiting.slice(0, Math.max(0, given.limit));
  const lines = [
    `${several(all.all.length, 'write')} of ${several(strata, 'kind')}; ${chosen.length} need a human, ${reviewed} of them reviewed.`,
    ...(shown.length === 0 ? [] : [tableOf(shown, given)]),
    ...(waiting.length > shown.length ? [`and ${waiting.length - shown.length} more: --limit, or --json for all`] : []),
    ...(waiting.length === 0
      ? ['Nothing waits.']
      : [`One after another: interlock review --by NAME${drawOptions(given)}${placeOptions(given)}`]),
  ];
  return visibleJson(lines.join('\n'));
}

/** What narrowed the draw, said again: without it others would be next. */
function drawOptions({ agent, from, stage }: ReviewArguments): string {
  return Object.entries({ agent, from, stage })
    .flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${word(value)}`]))
    .join('');
}

function tableOf(shown: readonly Candidate[], given: ReviewArguments): string {
  const table = new Table({
    head: ['call', 'at (UTC)', 'route', 'subject', 'amount', 'verdict', 'why', 'reviewed'],
    style: { head: [], border: [] },
  });
  for (const one of shown) {
    const { call, at, route, subject, amount, verdict } = one.intent;
    const when = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
    const why = one.anomalies.length === 0 ? 'drawn' : one.anomalies.map(worded).join('\n');
    const money = amount === null ? '-' : formatMoney(amount);
    table.push([call, when, route, visibleLine(subject ?? '-'), money, verdict, why, reviewedText(one, given)]);
  }
  return table.toString();
}

function reviewedText({ opinions }: Candidate, { by, 'show-opinions': showOpinions }: ReviewArguments): string {
  if (opinions.length === 0) return 'no';
  if (showOpinions) return opinions.map((one) => `${one.by}: ${one.opinion}`).join('\n');
  const own = opinions.find((one) => one.by === by?.trim());
  const others = opinions.length - (own === undefined ? 0 : 1);
  return [
    ...(own === undefined ? [] : [`you: ${own.opinion}`]),
    ...(others === 0 ? [] : [`by ${several(others, own === undefined ? 'person' : 'other')}`]),
  ].join('\n');
}
