import type { LoadMeasure } from '../../gate/evidence/evidence.ts';
import { type Html, html } from '../html.ts';
import { grouped } from '../page/amounts.ts';
import { table } from '../page/table.ts';
import { lengthText } from '../shadow/words.ts';

const NAME: Readonly<Record<LoadMeasure['name'], string>> = {
  calls: 'Calls',
  duration: 'Duration',
  money: 'Money',
  latency: 'Answers of its upstream, median',
};

/** What a session of the agent takes, beside those of a baseline. Nothing is judged by it here; its criteria say what is. */
export function loadView(load: readonly LoadMeasure[]): Html {
  return table({
    caption: 'Per session, the median and what nine of ten stay under',
    columns: [
      { name: 'Per session' },
      { name: 'Agent', figure: true },
      { name: '9 of 10 under', figure: true },
      { name: 'Baseline', figure: true },
      { name: '9 of 10 under it', figure: true },
    ],
    rows: load.map(({ name, agent, baseline }) => [
      NAME[name],
      said(name, quantile(agent, 0.5)),
      said(name, quantile(agent, 0.9)),
      baseline === null ? html`<span class="quiet">none</span>` : said(name, quantile(baseline, 0.5)),
      baseline === null ? null : said(name, quantile(baseline, 0.9)),
    ]),
  });
}

/** The least value that so much of all is not above. */
function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function said(name: LoadMeasure['name'], value: number | undefined): Html {
  if (value === undefined) return html`<span class="quiet">none</span>`;
  return html`<span
    >${name === 'duration' || name === 'latency' ? lengthText(value) : grouped(String(Number(value.toFixed(2))))}</span
  >`;
}
