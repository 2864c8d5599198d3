import {
  CHANGE_KINDS,
  type CandidateDiff,
  type ChangeKind,
  type ReplayReport,
  type TallyJson,
} from '../../replay/diff.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { table } from '../page/table.ts';
import type { Numbers } from './numbers.ts';
import { jsonMoneyText } from './words.ts';

const CHANGE: Readonly<Record<ChangeKind, string>> = {
  blocked: 'Newly denied',
  allowed: 'Newly let through',
  held: 'Newly held for a person',
  captured: 'Captured instead of sent',
  sent: 'Sent instead of captured',
};

const EXAMPLES_SHOWN = 5;

/** What other policies would have made of the same calls. */
export function replayView({ recorded, candidates }: ReplayReport, numbers: Numbers): Html {
  return html`<p class="quiet">
      ${counted(recorded.calls, 'recorded call')} in ${counted(recorded.sessions, 'session')}, folded again. A call is
      exact until its session, or what its rules count, went another way; behind that it is uncertain.
    </p>
    ${candidates.map((each) => candidateView(each, numbers))}`;
}

export const tallyMoney = ({ money }: TallyJson): string =>
  Object.entries(money)
    .map(([currency, micros]) => jsonMoneyText(micros, currency))
    .join(', ');

function candidateView({ policy, changes, by, examples, unjudged }: CandidateDiff, numbers: Numbers): Html {
  const kinds = CHANGE_KINDS.filter((kind) => changes[kind].calls > 0);
  const shown = kinds.flatMap((kind) =>
    examples[kind].slice(0, EXAMPLES_SHOWN).map((example) => ({ kind, ...example })),
  );
  return html`<h3 class="after">Under <code>${policy.file} ${policy.digest.slice(0, 12)}</code></h3>
    ${kinds.length === 0 ? html`<p>Every call would have been judged the same.</p>` : changesTable(kinds, changes)}
    ${by.rule.length > 0 && html`<p class="after">By rule: ${by.rule.slice(0, 8).map(({ name, changes: own }, index) => html`${index > 0 && '; '}<code>${name}</code> ${CHANGE_KINDS.flatMap((kind) => (own[kind] === undefined ? [] : [`${CHANGE[kind].toLowerCase()} ${grouped(String(own[kind].calls))}`])).join(', ')}`)}.</p>`}
    ${
      shown.length > 0 &&
      html`<ul class="facts after">
        ${shown.map(({ kind, call, route, subject, amount, certainty, recorded, candidate }) => html`<li>${numbers.call(call)} <code>${route}</code> <bdi>${subject}</bdi> ${amount}: ${recorded.verdict} → <b>${candidate.verdict}</b> <span class="quiet line">${CHANGE[kind]}${candidate.guard !== null && html`, <bdi>${candidate.guard} ${candidate.rule}: ${candidate.reason}</bdi>`}; ${certainty === 'exact' ? 'exact' : 'uncertain'}</span></li>`)}
      </ul>`
    }
    ${
      unjudged.length > 0 &&
      html`<p class="quiet">
        Not judged:
        ${unjudged
          .slice(0, 6)
          .map(({ rule, why, calls }) => `${rule} (${why}) ×${grouped(String(calls))}`)
          .join(', ')}.
      </p>`
    }`;
}

function changesTable(kinds: readonly ChangeKind[], changes: CandidateDiff['changes']): Html {
  return table({
    caption: 'What would be judged otherwise',
    columns: [
      { name: 'Change', wide: true },
      ...['Calls', 'Exact', 'Uncertain', 'Money'].map((name) => ({ name, figure: true }) as const),
    ],
    rows: kinds.map((kind) => {
      const tally = changes[kind];
      return [
        CHANGE[kind],
        grouped(String(tally.calls)),
        grouped(String(tally.certainty.exact)),
        grouped(String(tally.calls - tally.certainty.exact)),
        tallyMoney(tally),
      ];
    }),
  });
}
