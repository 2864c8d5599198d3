import type { ShadowEvidence } from '../../evidence/shadow/evidence.ts';
import { isTimed, type Bucket, type Series, type Step } from '../../evidence/shadow/series.ts';
import { type Layer, type Panel, panelsChart } from '../chart/panels.ts';
import { type Html, html } from '../html.ts';
import { grouped } from '../page/amounts.ts';
import { behindChart } from '../page/table.ts';
import { key } from './key.ts';
import type { Numbers } from './numbers.ts';
import { moneyText, shortMoney } from './words.ts';

/** More currencies than these are in the table alone. */
const CURRENCIES_DRAWN = 3;

/** Volume, intended effects and money, step by step. */
export function overTime(evidence: ShadowEvidence, numbers: Numbers): Html {
  const { series } = evidence;
  const { buckets, step } = series;
  const any = (values: readonly number[]): boolean => values.some((value) => value > 0);
  const layers = effectLayers(series).filter(({ values }) => any(values));
  const stopped = stoppedLayers(series).filter(({ values }) => any(values));
  const count = (value: number): string => grouped(String(value));
  const panels: Panel[] = [
    {
      title: 'Reads',
      layers: [{ kind: 'read', name: 'reads', values: buckets.map(({ reads }) => reads) }],
      say: count,
    },
    { title: 'Writes meant', layers, say: count },
    ...(stopped.length === 0 ? [] : [{ title: 'Refused or held', layers: stopped, say: count }]),
    ...series.currencies.slice(0, CURRENCIES_DRAWN).map((currency) => moneyPanel(evidence, currency)),
  ];
  const name = `Reads, writes and money, ${byStep(step)}. The figures are in the table below.`;
  return html`${panelsChart({ name, steps: buckets.map(({ label }) => shortLabel(label, step)), marked: weeks(series), panels })}
  ${key([...layers, ...stopped])} ${dataTable(series, numbers)}`;
}

function effectLayers({ buckets }: Series): readonly Layer[] {
  return (['money', 'write', 'destructive'] as const).map((effect) => ({
    kind: effect,
    name: effect === 'write' ? 'plain writes' : `${effect} writes`,
    values: buckets.map(({ meant }) => meant[effect]),
  }));
}

const stoppedLayers = ({ buckets }: Series): readonly Layer[] => [
  { kind: 'denied', name: 'denied', values: buckets.map(({ denied }) => denied) },
  { kind: 'held', name: 'held for a person', values: buckets.map(({ held }) => held) },
];

/** With the limit of a day's budget across, where steps are days and one budget counts this currency. */
function moneyPanel({ series, limits }: ShadowEvidence, currency: string): Panel {
  const values = series.buckets.map(({ money }) =>
    Number(money.find(({ sum }) => sum.currency === currency)?.sum.micros ?? 0n),
  );
  const daily = limits.filter(
    ({ kind, per, money, each }) =>
      kind === 'budget' && per === 'day' && money.currency === currency && each === 'agent',
  );
  const [only] = daily;
  const shown = only !== undefined && series.step === 'day' && daily.length === 1;
  return {
    title: `${currency} meant`,
    layers: [{ kind: 'money', name: 'meant', values }],
    say: (micros) => shortMoney(micros, currency),
    ...(shown && { limit: { value: Number(only.money.micros), name: `budget of a day, ${moneyText(only.money)}` } }),
  };
}

/** `day by day`: how a chart goes along. */
export const byStep = (step: Step): string => (step === '5 minutes' ? 'by 5 minutes' : `${step} by ${step}`);

/** Where a week begins, of steps that are days; a day, of hours; an hour, of minutes. */
function weeks({ buckets, step }: Series): ReadonlySet<number> {
  const begins = ({ label }: Bucket): boolean => {
    if (step === 'hour') return label.endsWith('00:00');
    if (isTimed(step)) return label.endsWith(':00');
    return step === 'day' && new Date(`${label}T00:00:00Z`).getUTCDay() === 1;
  };
  return new Set(buckets.flatMap((bucket, index) => (begins(bucket) ? [index] : [])));
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-03-01` → `1 Mar`; an hour keeps its time, and minutes have nothing else. */
function shortLabel(label: string, step: Series['step']): string {
  const [, year = '', month = '', day = '', time = ''] = /^(\d+)-(\d\d)-(\d\d)(?: (.+))?$/.exec(label) ?? [];
  const named = MONTHS[Number(month) - 1] ?? month;
  if (step === 'month') return `${named} ${year}`;
  if (isTimed(step) && step !== 'hour') return time;
  return step === 'hour' ? `${Number(day)} ${named} ${time}` : `${Number(day)} ${named}`;
}

const FROM: Readonly<Record<Step, string>> = {
  minute: 'Minute from',
  '5 minutes': '5 minutes from',
  hour: 'Hour from',
  day: 'Day',
  week: 'Week from',
  month: 'Month from',
};

function dataTable({ buckets, step, currencies }: Series, numbers: Numbers): Html {
  const figure = { figure: true } as const;
  const columns = ['Reads', 'Money writes', 'Plain writes', 'Destructive', 'Denied', 'Held'];
  return behindChart('The figures', {
    caption: `Calls and money by ${step}`,
    columns: [
      { name: FROM[step] },
      { name: 'Calls', ...figure },
      ...columns.map((name) => ({ name, ...figure })),
      ...currencies.map((currency) => ({ name: currency, ...figure })),
    ],
    rows: buckets.map(({ label, behind, reads, meant, denied, held, money }) => [
      label,
      numbers.link(behind, `calls, ${step} of ${label}`),
      ...[reads, meant.money, meant.write, meant.destructive, denied, held].map((value) => grouped(String(value))),
      ...currencies.map((currency) => {
        const own = money.find(({ sum }) => sum.currency === currency);
        return own === undefined
          ? ''
          : numbers.link(own.behind, `money writes in ${currency}, ${step} of ${label}`, moneyText(own.sum));
      }),
    ]),
  });
}
