import Table from 'cli-table3';
import type { CommandModule } from 'yargs';
import type { Reviewers, ReviewSummary, StratumReview } from '../../../evidence/review/model.ts';
import { summary } from '../../../evidence/review/summary.ts';
import { UNITS_MIN } from '../../../evidence/statistics/agreement.ts';
import { worded } from '../../../report/review/story.ts';
import { visible, visibleJson, visibleLine } from '../../../report/visible.ts';
import { estimateText, percent, several } from '../../estimate-text.ts';
import { candidatesIn, type ReviewArguments } from './desk.ts';

/** Of what is wrong; --json lists all. */
const SHOWN_MAX = 10;

/** `interlock review summary` */
export const summaryCommand: CommandModule<ReviewArguments, ReviewArguments> = {
  command: 'summary',
  describe: 'How sane the reviewers find the agent, and how far they agree with each other',
  handler: async (given) => {
    const found = summary(given.agent ?? null, given.seed, await candidatesIn(given));
    console.log(given.json ? JSON.stringify(found) : visibleJson(summaryLines(found).join('\n')));
  },
};

function summaryLines(found: ReviewSummary): readonly string[] {
  const { agent, population, chosen, reviewed, consensus, agreement, anomalies, wrong, wrongMore, stray } = found;
  const { weighted } = agreement;
  const shown = wrong.slice(0, SHOWN_MAX);
  const rest = wrong.length - shown.length + wrongMore;
  return [
    `${agent ?? 'All agents'}: ${several(population, 'write')}; ${chosen} need a human, ${reviewed} of them reviewed (seed ${found.seed}).`,
    `${consensus.sane} sane, ${consensus.wrong} wrong, ${consensus.disputed} disputed, ${consensus.unsure} unsure.`,
    '',
    `Sane, of what somebody was sure about: ${estimateText(agreement.raw)}.`,
    weighted.share === null || weighted.low === null || weighted.high === null
      ? 'Nothing of the sample is reviewed yet, so nothing can be said of all writes.'
      : `Weighted back to all writes: ${percent(weighted.share)} % (${percent(weighted.low)}–${percent(weighted.high)} %), ` +
        `speaking of ${weighted.covered} of ${weighted.population}: the kinds that somebody has looked into.`,
    '',
    ...reviewerLines(found.reviewers),
    ...(anomalies.length === 0
      ? []
      : [
          '',
          ...anomalies.map(
            ({ kind, calls, reviewed: seen, wrong: bad }) =>
              `${worded(kind)}: ${several(calls, 'call')}, ${seen} reviewed, ${bad} wrong`,
          ),
        ]),
    '',
    strataTable(found.strata),
    ...(shown.length === 0 ? [] : ['', 'Wrong or disputed, the newest first:']),
    ...shown.flatMap(({ call, route, subject, amount, opinions }) => [
      visibleLine(`  ${call} ${route} ${subject ?? ''} ${amount ?? ''}`.trimEnd()),
      ...opinions.map(({ by, opinion, reason }) => visibleLine(`    ${by}: ${opinion}, "${visible(reason)}"`)),
    ]),
    ...(rest > 0 ? [`  and ${rest} more; --json lists them`] : []),
    ...(stray === 0
      ? []
      : [
          '',
          `${several(stray, 'assessment')} ${stray === 1 ? 'counts' : 'count'} for nothing: of no write that is here.`,
        ]),
  ];
}

function reviewerLines({ names, shared, percent: same, kappa, alpha }: Reviewers): readonly string[] {
  const each = names.map(
    ({ by, calls, sane, wrong, unsure }) =>
      `${by}: ${several(calls, 'call')}, ${sane} sane, ${wrong} wrong, ${unsure} unsure`,
  );
  if (shared === 0)
    return [...each, ...(names.length > 1 ? ['No call was reviewed by two: --second asks for that.'] : [])];
  const measures = [
    ...(same === null ? [] : [`the same in ${percent(same)} % of pairs`]),
    ...(kappa === null ? [] : [`Cohen’s kappa ${kappa.toFixed(3)}`]),
    ...(alpha === null ? [] : [`Krippendorff’s alpha ${alpha.toFixed(3)}`]),
  ];
  const few = shared < UNITS_MIN ? ' Of so few nobody can say what is more than chance.' : '';
  return [...each, `Between reviewers, on ${several(shared, 'call')}: ${measures.join(', ')}.${few}`];
}

function strataTable(strata: readonly StratumReview[]): string {
  const table = new Table({
    head: ['route', 'amount', 'days', 'verdict', 'writes', 'chosen', 'reviewed', 'sane', 'wrong', 'disputed', 'unsure'],
    style: { head: [], border: [] },
  });
  for (const one of strata) {
    const { route, amount, days, verdict, anomalous, population, chosen, reviewed, sane, wrong, disputed, unsure } =
      one;
    const counts = [population, chosen, reviewed, sane, wrong, disputed, unsure].map(String);
    table.push([anomalous ? `${route} (odd)` : route, amount, days, verdict, ...counts]);
  }
  return table.toString();
}
