import type { Behind } from '../../evidence/shadow/behind.ts';
import type { ShadowEvidence } from '../../evidence/shadow/evidence.ts';
import type { Limit } from '../../evidence/shadow/limits.ts';
import { fillOf } from '../chart/bar.ts';
import { type Html, html } from '../html.ts';
import { grouped } from '../page/amounts.ts';
import { table } from '../page/table.ts';
import type { Numbers } from './numbers.ts';
import { lengthText, moneyText, shareText } from './words.ts';

/** One thing that is bounded, or should be. */
export interface HeadroomRow {
  readonly name: string;
  readonly note: string;
  readonly used: string;
  /** `null`: nothing bounds it. */
  readonly allowed: string | null;
  readonly share: number | null;
  readonly shareText: string;
  readonly behind: Behind | null;
}

/** What may happen at most, beside the most that was ever meant. The same rows in the page and in the Markdown. */
export function headroomRows({ headroom }: ShadowEvidence): readonly HeadroomRow[] {
  if (headroom === null) return [];
  const row = (
    name: string,
    note: string,
    used: string,
    usedValue: number,
    allowed: string | null,
    allowedValue: number,
    behind: Behind | null,
  ): HeadroomRow => ({
    name,
    note,
    used,
    allowed,
    share: allowed === null ? null : allowedValue === 0 ? 1 : usedValue / allowedValue,
    shareText: allowed === null ? 'unbounded' : shareText(usedValue, allowedValue),
    behind,
  });
  const zero = (currency: string) => ({ micros: 0n, currency });
  return [
    ...headroom.money.map(({ currency, allowed, used, behind }) =>
      currency === null
        ? row('Money in a day, other currencies', 'no rule says which', 'none seen', 0, null, 0, null)
        : row(
            `Money in 24 hours, ${currency}`,
            'all routes together',
            moneyText(used ?? zero(currency)),
            Number(used?.micros ?? 0n),
            allowed && moneyText(allowed),
            Number(allowed?.micros ?? 0n),
            behind,
          ),
    ),
    ...headroom.budgets.map(({ limit, used, behind }) =>
      row(
        `Budget ${periodText(limit)}`,
        `${limit.rule}, ${EACH[limit.each ?? 'agent']}`,
        moneyText(used),
        Number(used.micros),
        moneyText(limit.money),
        Number(limit.money.micros),
        behind,
      ),
    ),
    ...headroom.amounts.map(({ limit, used, behind }) =>
      row(
        limit.kind === 'approval' ? 'One call without a person' : 'One call',
        `${limit.rule}, ${limit.routes.join(', ')}`,
        used === null ? 'none' : moneyText(used),
        Number(used?.micros ?? 0n),
        moneyText(limit.money),
        Number(limit.money.micros),
        behind,
      ),
    ),
    ...headroom.calls.map(({ effect, allowed, used, behind }) =>
      row(
        `Calls in an hour, ${effect}`,
        '',
        grouped(String(used)),
        used,
        allowed === null ? null : grouped(String(allowed)),
        allowed ?? 0,
        behind,
      ),
    ),
  ];
}

const EACH = {
  agent: 'of the agent',
  task: 'of each task; here the agent’s peak',
  grant: 'of each grant; here the agent’s peak',
  everybody: 'of all agents; here this one’s',
} as const;

const periodText = ({ per }: Limit): string => (per === 'day' ? 'of a day' : `of any ${lengthText(per ?? 0)}`);

export function headroomView(evidence: ShadowEvidence, numbers: Numbers): Html {
  const { headroom } = evidence;
  if (headroom === null)
    return html`<p>
      The policy in force could not be read again, or has no such agent: its limits are not known here.
    </p>`;
  const { unused, destructive, pii, file, digest } = headroom;
  const list = (names: readonly string[]): Html =>
    html`${names.map((name, index) => html`${index > 0 && ', '}<code>${name}</code>`)}`;
  return html`${table({
      caption: 'What may happen at most, and the most that was meant',
      columns: [
        { name: 'What' },
        { name: 'Most meant', figure: true },
        { name: 'Most allowed', figure: true },
        { name: 'Used', wide: true },
      ],
      rows: headroomRows(evidence).map(({ name, note, used, allowed, share, shareText: said, behind }) => [
        html`${name} ${note !== '' && html`<span class="quiet line">${note}</span>`}`,
        behind === null
          ? used
          : numbers.link(behind, `the peak of: ${name.toLowerCase()}${note === '' ? '' : ` (${note})`}`, used),
        allowed ?? html`<b class="unbounded">no rule bounds it</b>`,
        share === null
          ? ''
          : html`<span class="filled">${fillOf(share, 1, said)} <span class="quiet">${said}</span></span>`,
      ]),
    })}
    <ul class="facts after">
      ${unused.length > 0 && html`<li>Allowed and never called: ${list(unused.map(({ route }) => route))}.</li>`}
      ${destructive.length > 0 && html`<li>Destructive routes within its reach: ${list(destructive)}.</li>`}
      ${pii.length > 0 && html`<li>Routes with personal data within its reach: ${list(pii)}.</li>`}
      <li class="quiet">
        By the policy in force last, <code>${file} ${digest.slice(0, 12)}</code>, as if the agent were let out.
      </li>
    </ul>`;
}
