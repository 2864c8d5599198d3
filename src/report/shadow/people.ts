import type { ReviewSummary } from '../../evidence/review/model.ts';
import type { ShadowEvidence } from '../../evidence/shadow/evidence.ts';
import type { Estimate } from '../../evidence/statistics/share.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { table } from '../page/table.ts';
import type { Numbers } from './numbers.ts';
import { minuteText } from './words.ts';

/** `94 %, 95 % interval 89 to 97 %, of 120`. */
export function estimateText({ share, low, high, events, total }: Estimate): string {
  if (share === null) return 'nothing to count';
  const percent = (value: number): string => (100 * value).toFixed(value === 0 || value === 1 ? 0 : 1);
  const interval = low === null || high === null ? '' : `, 95 % interval ${percent(low)} to ${percent(high)} %`;
  return `${percent(share)} %${interval}, ${grouped(String(events))} of ${grouped(String(total))}`;
}

const WRONG_SHOWN = 12;

/** What reviewers said of its writes, and how far they agree with each other. */
export function reviewsView(evidence: ShadowEvidence, numbers: Numbers): Html {
  const { people, review } = evidence;
  if (people.opinions.length === 0 && (review === null || review.reviewed === 0))
    return html`<p>Nobody has reviewed a write. <code>interlock review</code> lists those that need a person.</p>`;
  return html`<ul class="facts">
      <li>${listedOpinions(evidence, numbers)}</li>
      ${people.approved + people.rejected > 0 && html`<li>Of held calls, people approved ${grouped(String(people.approved))} and rejected ${grouped(String(people.rejected))}.</li>`}
      ${people.freezes > 0 && html`<li>It was frozen ${counted(people.freezes, 'time')} and resumed ${counted(people.resumes, 'time')}.</li>`}
    </ul>
    ${review !== null && reviewView(review, evidence, numbers)}`;
}

function listedOpinions({ people }: ShadowEvidence, numbers: Numbers): Html {
  const parts = people.opinions.map(
    ({ opinion, behind }) => html`<b>${numbers.link(behind, `calls that somebody called ${opinion}`)}</b> ${opinion}`,
  );
  return html`Calls with an opinion: ${parts.map((part, index) => html`${index > 0 && ', '}${part}`)}.`;
}

function reviewView(review: ReviewSummary, { scope }: ShadowEvidence, numbers: Numbers): Html {
  const { agreement, reviewers, chosen, reviewed, population, wrong, strata } = review;
  const { weighted } = agreement;
  const lacking = strata.filter(({ population: of, reviewed: seen }) => of > 0 && seen === 0).length;
  return html`<ul class="facts">
      <li>Sane, among the calls that somebody was sure about: <b>${estimateText(agreement.raw)}</b>.</li>
      <li>
        Over all ${grouped(String(population))} writes, each reviewed call weighted by how many it stands for:
        <b>${weighted.share === null ? 'nothing to count' : `${(100 * weighted.share).toFixed(1)} %`}</b
        >${weighted.low !== null && weighted.high !== null && ` (95 % interval ${(100 * weighted.low).toFixed(1)} to ${(100 * weighted.high).toFixed(1)} %)`};
        it speaks of ${grouped(String(weighted.covered))} of them.
      </li>
      <li>
        ${grouped(String(reviewed))} of ${grouped(String(chosen))} calls that were chosen for review have an
        opinion${lacking > 0 && `; ${counted(lacking, 'stratum', 'strata')} have none`}.
      </li>
      ${reviewers.shared > 0 && html`<li>Reviewers agree with each other on ${reviewers.percent === null ? 'none' : `${(100 * reviewers.percent).toFixed(0)} %`} of ${counted(reviewers.shared, 'shared call')}${reviewers.kappa !== null && `; Cohen’s kappa ${reviewers.kappa.toFixed(2)}`}${reviewers.alpha !== null && `; Krippendorff’s alpha ${reviewers.alpha.toFixed(2)}`}.</li>`}
    </ul>
    ${
      reviewers.names.length > 0 &&
      table({
        caption: 'Reviewers',
        columns: [
          { name: 'Reviewer', wide: true },
          ...['Calls', 'Sane', 'Wrong', 'Unsure'].map((name) => ({ name, figure: true }) as const),
        ],
        rows: reviewers.names.map(({ by, calls, sane, wrong: bad, unsure }) => [
          html`<bdi>${by}</bdi>`,
          ...[calls, sane, bad, unsure].map((count) => grouped(String(count))),
        ]),
      })
    }
    ${
      wrong.length > 0 &&
      html`<h3 class="after">Called wrong, or disputed</h3>
        <ul class="facts">
          ${wrong.slice(0, WRONG_SHOWN).map(
            ({ call, at, route, subject, amount, consensus, opinions }) =>
              html`<li>
                ${numbers.call(call)} <code>${route}</code> <bdi>${subject}</bdi> ${amount}: <b>${consensus}</b>
                <span class="quiet line"
                  >${minuteText(at, scope.timeZone)}.
                  ${opinions.map(({ by, opinion, reason }, index) => html`${index > 0 && '; '}<bdi>${by}</bdi>: ${opinion}, “<bdi>${reason}</bdi>”`)}</span
                >
              </li>`,
          )}
        </ul>
        ${wrong.length + review.wrongMore > WRONG_SHOWN && html`<p class="quiet">${grouped(String(wrong.length + review.wrongMore - WRONG_SHOWN))} more are in the JSON.</p>`}`
    }`;
}
