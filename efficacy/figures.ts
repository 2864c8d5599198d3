import type { Half } from './customer.ts';
import type { Estimate } from './statistics.ts';
import { TOGETHER, WITHOUT_SHAPE } from './variants.ts';
import { HALVES, SCOPES, type Row, type Scope, type Study } from './study.ts';

const HALF_TITLE: Readonly<Record<Half, string>> = {
  held_out: 'Held out: customers nobody looked at while the policies were written',
  design: 'Design half: customers whose runs were looked at',
};
const SCOPE_TITLE: Readonly<Record<Scope, string>> = { both: 'Both suites', retail: 'Retail', airline: 'Airline' };

/** The study as Markdown, the held-out half first and in full. */
export function figures(study: Study): string {
  return [
    sizes(study),
    headline(study),
    ...HALVES.flatMap((half) => [
      `### ${HALF_TITLE[half]}`,
      ...(half === 'held_out' ? SCOPES : (['both'] as const)).flatMap((scope) => [
        `**${SCOPE_TITLE[scope]}**`,
        table(study.rows, half, scope),
      ]),
      '**What kind of harm was stopped, all guards together**',
      reasons(study, half),
      '**Good writes that were stopped, all guards together**',
      stopped(study, half),
    ]),
  ].join('\n\n');
}

/** The figures of the held-out half, all guards together, in sentences. */
function headline({ rows, worstRun: { held_out: worst } }: Study): string {
  const measures = (variant: string): Row['measures'] | undefined =>
    rows.find((row) => row.variant === variant && row.half === 'held_out' && row.scope === 'both')?.measures;
  const of = measures(TOGETHER);
  const unshaped = measures(WITHOUT_SHAPE);
  if (of === undefined || unshaped === undefined) return '';
  return [
    `**Headline** (held out, all guards together): refused ${whole(of.harmful_denied)} of the harmful writes, held ` +
      `${count(of.harmful_held)} and put off ${count(of.harmful_deferred)} until their subject is read; refused ` +
      `${whole(of.good_denied)} of the good ones, held ${count(of.good_held)} and put off ${count(of.good_deferred)}. ` +
      `Runs rid of all their harm: ${whole(of.harm_averted)}. Runs whose good writes all pass at once: ` +
      `${whole(of.finishing)}; for an agent that reads where it is told to: ${whole(of.finishing_after_reads)}.`,
    `\`shape\` refuses a write for its form, and an agent that corrects the form gets it through, good or harmful. Without ` +
      `it: refused ${whole(unshaped.harmful_denied)} of the harmful writes and ${whole(unshaped.good_denied)} of the good ` +
      `ones; runs rid of all their harm: ${whole(unshaped.harm_averted)}.`,
    `One run alone (\`${worst.run}\`) made ${worst.harmful.total} of the harmful writes, of which ${worst.harmful.events} are ` +
      `refused. Without it the share of harmful writes refused is ${worst.others.events} of ${worst.others.total}: ` +
      `${percent(worst.others.events / worst.others.total)}.`,
    `Of the writes that the API itself refused, the door refuses ${whole(of.rejected_denied)} first.`,
  ].join('\n\n');
}

function sizes({ runs, resamples }: Study): string {
  const parts = runs.map(({ suite, half, runs: count, customers }) => {
    return `${count} runs about ${customers} customers (${suite}, ${half === 'held_out' ? 'held out' : 'design'})`;
  });
  return `${parts.join(', ')}. 95 % intervals: cluster bootstrap by customer, ${resamples} resamples.`;
}

function table(rows: readonly Row[], half: Half, scope: Scope): string {
  const head = [
    'rules of',
    'harmful refused',
    'put off',
    'held',
    'good refused',
    'put off',
    'held',
    'runs rid of harm',
    'runs that finish',
    'after reading',
  ];
  const lines = rows
    .filter((row) => row.half === half && row.scope === scope)
    .map(({ variant, measures: of }) => [
      variant,
      whole(of.harmful_denied),
      count(of.harmful_deferred),
      count(of.harmful_held),
      whole(of.good_denied),
      count(of.good_deferred),
      count(of.good_held),
      whole(of.harm_averted),
      whole(of.finishing),
      count(of.finishing_after_reads),
    ]);
  return markdown(head, lines);
}

function reasons({ reasons: all }: Study, half: Half): string {
  const lines = all
    .filter((row) => row.half === half)
    .map(({ reason, harmful, denied, deferred, held, by }) => [
      reason,
      ...[harmful, denied, deferred, held].map(String),
      listed(by),
    ]);
  return markdown(['label', 'harmful writes', 'refused', 'put off', 'held', 'by'], lines);
}

function stopped({ wronglyStopped }: Study, half: Half): string {
  const lines = Object.entries(wronglyStopped[half]).map(([why, times]) => [why, String(times)]);
  return lines.length === 0 ? 'None.' : markdown(['by', 'good writes'], lines);
}

const listed = (by: Readonly<Record<string, number>>): string =>
  Object.entries(by)
    .map(([guard, times]) => `${guard} ${times}`)
    .join(', ');

function whole({ events, total, share, low, high }: Estimate): string {
  if (share === null || low === null || high === null) return 'none to count';
  return `${events} of ${total}: ${percent(share)} (${percent(low)}–${percent(high)})`;
}

const count = ({ events }: Estimate): string => String(events);

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}
