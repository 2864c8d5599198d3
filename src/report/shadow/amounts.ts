import type { AmountBand, AmountBands } from '../../evidence/shadow/amounts.ts';
import type { ShadowEvidence } from '../../evidence/shadow/evidence.ts';
import type { Limit } from '../../evidence/shadow/limits.ts';
import { barOf } from '../chart/bar.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { key } from './key.ts';
import type { Numbers } from './numbers.ts';
import { moneyText } from './words.ts';

/** How large the amounts were, with the policy's limits where they lie among them. */
export function amountsView({ amounts, limits }: ShadowEvidence, numbers: Numbers): Html {
  if (amounts.length === 0) return html`<p>No call of this agent had a readable amount.</p>`;
  const parts = KINDS.filter(({ kind }) => amounts.some(({ bands }) => bands.some((band) => countOf(band, kind) > 0)));
  return html`<div class="bands">${amounts.map((each) => bandsOf(each, limits, numbers))}</div>
    ${key(parts)}`;
}

const KINDS = [
  { kind: 'money', name: 'meant' },
  { kind: 'held', name: 'held for a person' },
  { kind: 'denied', name: 'denied' },
] as const;

const countOf = ({ meant, held, denied }: AmountBand, kind: (typeof KINDS)[number]['kind']): number =>
  kind === 'money' ? meant.count : kind === 'held' ? held : denied;

function bandsOf(
  { currency, bands, smallest, median, largest }: AmountBands,
  limits: readonly Limit[],
  numbers: Numbers,
): Html {
  const most = bands.reduce(
    (largestBand, band) => Math.max(largestBand, band.meant.count + band.held + band.denied),
    1,
  );
  const own = limits.filter(({ kind, money }) => kind !== 'budget' && money.currency === currency);
  return html`<div>
    <h3>${currency}</h3>
    <p class="quiet">
      Smallest ${moneyText(smallest)}, half at most ${moneyText(median)}, largest ${moneyText(largest)}.
    </p>
    <ol class="distribution" aria-label="Amounts in ${currency}, by size">
      ${bands.map((band) => html`${limitsIn(band, own)}${bandRow(band, most, numbers)}`)}
    </ol>
  </div>`;
}

function bandRow(band: AmountBand, most: number, numbers: Numbers): Html {
  const name = band.from === null ? 'below zero' : `${plain(band.from.micros)} to ${plain(band.below.micros)}`;
  const rest = [
    band.held > 0 && `${grouped(String(band.held))} held`,
    band.denied > 0 && `${grouped(String(band.denied))} denied`,
  ].filter((part) => part !== false);
  const parts = KINDS.map(({ kind, name: what }) => {
    const count = countOf(band, kind);
    return { kind, share: count / most, title: `${name}: ${counted(count, 'call')} ${what}` };
  });
  return html`<li>
    <span class="band">${name}</span>${barOf(parts)}
    <span class="count"
      >${numbers.link(band.meant, `writes of ${name} ${band.below.currency}`)}${rest.length > 0 && html` <span class="quiet">${rest.join(', ')}</span>`}</span
    >
  </li>`;
}

/** A limit stands above the first band that lies beyond it, or within the band that it cuts. */
function limitsIn({ from, below }: AmountBand, limits: readonly Limit[]): readonly Html[] {
  const least = from?.micros ?? -1n;
  return limits
    .filter(({ money }) => money.micros >= least && money.micros < below.micros)
    .map(
      ({ kind, money, rule }) =>
        html`<li class="limit">
          <span>${moneyText(money)}: ${MEANING[kind]} <code>${rule}</code></span>
        </li>`,
    );
}

const MEANING: Readonly<Record<Limit['kind'], string>> = {
  smallest: 'the smallest allowed',
  largest: 'the largest allowed',
  approval: 'above it a person must approve',
  budget: 'a budget',
};

/** Bands begin and end at whole units. */
const plain = (micros: bigint): string => grouped(String(micros / 1_000_000n));
