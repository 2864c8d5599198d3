import type { Evaluation, LabelledWrites } from '../../evidence/shadow/evaluation.ts';
import { barOf } from '../chart/bar.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { table } from '../page/table.ts';
import { TESTS } from './anomalies.ts';
import { key } from './key.ts';
import type { Numbers } from './numbers.ts';
import { moneysText, shareText } from './words.ts';
import type { AnomalyTest } from '../../evidence/anomalies/anomaly.ts';

/** What labels from outside say of these writes. Set apart: a reviewer of a real shadow run has none. */
export function evaluationView(evaluation: Evaluation, numbers: Numbers): Html {
  const { file, labels, elsewhere, writes, routes, reasons, anomalies } = evaluation;
  return html`<p class="apart">
      Labels from <code>${file}</code>: ${counted(labels, 'call')}, ${grouped(String(elsewhere))} of them not in this
      report. Nothing above knows of them. They say what the agent’s judgement was worth, and what guards, tests and
      people found of it.
    </p>
    ${writes.map((fate) => fateView(fate, numbers))} ${key(PARTS)}
    <h3 class="after">By route</h3>
    ${table({
      caption: 'Labelled writes by route',
      columns: [
        { name: 'Route', wide: true },
        ...['Meant', 'Wrong among them', 'Refused or held', 'Wrong among those', 'Right among those'].map(
          (name) => ({ name, figure: true }) as const,
        ),
      ],
      rows: routes.map(({ route, meant, harmfulMeant, stopped, harmfulStopped, goodStopped }) => [
        html`<code>${route}</code>`,
        grouped(String(meant)),
        html`${examples(harmfulMeant.count, harmfulMeant.calls, numbers)}`,
        ...[stopped, harmfulStopped, goodStopped].map((value) => grouped(String(value))),
      ]),
    })}
    ${reasons.length > 0 && html`<p class="after">Why the labels say wrong: ${reasons.map(({ reason, behind }, index) => html`${index > 0 && ', '}<bdi>${reason}</bdi> ×${grouped(String(behind.count))}`)}.</p>`}
    ${anomalies.length > 0 && html`<p>Wrong among the calls that anomalies name: ${anomalies.map(({ test, shown, harmful }) => `${(TESTS[test as AnomalyTest] ?? test).toLowerCase()} ${harmful} of ${shown}`).join('; ')}.</p>`}`;
}

const PARTS = [
  { kind: 'good', name: 'right' },
  { kind: 'wrong', name: 'wrong' },
  { kind: 'unknown', name: 'labelled, and unknown' },
  { kind: 'unlabelled', name: 'without a label' },
] as const;

function fateView({ fate, good, harmful, unknown, unlabelled, harmfulMoney }: LabelledWrites, numbers: Numbers): Html {
  const counts = { good: good.count, wrong: harmful.count, unknown: unknown.count, unlabelled: unlabelled.count };
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return html`<p>No write was ${fate === 'meant' ? 'meant' : 'refused or held'}.</p>`;
  const parts = PARTS.map(({ kind, name }) => ({
    kind,
    share: counts[kind] / total,
    title: `${grouped(String(counts[kind]))} ${name}`,
  }));
  const known = good.count + harmful.count;
  return html`<div class="fate">
    <p>
      <b>${fate === 'meant' ? 'Writes meant' : 'Writes refused or held'}</b>: ${grouped(String(total))}. Wrong:
      <b>${examples(harmful.count, harmful.calls, numbers)}</b>, ${shareText(harmful.count, known)} of those with a
      known label${harmfulMoney.length > 0 && `, ${moneysText(harmfulMoney)}`}.
    </p>
    ${barOf(parts)}
  </div>`;
}

/** Labels stand in no view that a query could ask: the first of the calls are named beside the count. */
function examples(count: number, calls: readonly string[], numbers: Numbers): Html {
  return html`${grouped(String(count))}${calls.length > 0 && html` <span class="quiet">(${calls.slice(0, 2).map((call, index) => html`${index > 0 && ', '}${numbers.call(call)}`)}${count > 2 && ', …'})</span>`}`;
}
