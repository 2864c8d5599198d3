import type { Criterion } from '../../gate/criterion.ts';
import { type Child, type Html, html } from '../html.ts';
import { table } from '../page/table.ts';
import { openedBy } from './commands.ts';
import { outcomeMark, outcomeText } from './marks.ts';
import { criterionText, daysText, lackingCriteria } from './words.ts';

/** Why it is no PASS: what failed first, each with what to do and the days that are left. */
export function reasonsView(criteria: readonly Criterion[]): Html | null {
  const reasons = lackingCriteria(criteria);
  if (reasons.length === 0) return null;
  const failed = reasons.some(({ outcome }) => outcome === 'fail');
  return html`<section id="lacking" class="${failed && 'failed'}" aria-labelledby="lacking-title">
    <h2 id="lacking-title">${failed ? 'What speaks against it, and what is lacking' : 'What is lacking'}</h2>
    <ul class="reasons">
      ${reasons.map(
        (criterion) =>
          html`<li>
            ${outcomeMark(criterion.outcome)}
            <p>
              <b>${behindLink(criterion, criteria)}</b>:
              ${withCode(criterion.lacking ?? `${criterion.observed}, where ${criterion.required} is demanded`)}
              ${criterion.daysLeft !== undefined && html`<span class="days">(${daysText(criterion.daysLeft)} at the present rate)</span>`}
            </p>
          </li>`,
      )}
    </ul>
  </section>`;
}

/** Every criterion, those of the agent as a whole first, then class by class. */
export function criteriaView(criteria: readonly Criterion[]): Html {
  const classes = [...new Set(criteria.map((each) => each.class))].toSorted(
    (a, b) => Number(a !== null) - Number(b !== null),
  );
  return html`<div class="criteria">
    ${classes.map((of) => {
      const own = criteria.filter((each) => each.class === of);
      const name = of ?? 'The agent as a whole';
      return html`${classes.length > 1 && html`<h3>${of === null ? name : html`<code>${of}</code>`}</h3>`}
      ${table({
        caption: `Criteria: ${name}`,
        columns: [{ name: 'Criterion' }, { name: '' }, { name: 'Required' }, { name: 'Observed' }, { name: 'Margin' }],
        rows: own.map((criterion) => [
          behindLink(criterion, criteria, criterion.title),
          outcomeText(criterion.outcome),
          html`<span>${criterion.required}</span>`,
          html`<span>${criterion.observed}</span>`,
          criterion.margin !== null && html`<span class="margin">${criterion.margin}</span>`,
        ]),
      })}`;
    })}
  </div>`;
}

/** What stands behind each number, and the command that shows it. */
export function behindView(criteria: readonly Criterion[], data: string): Html {
  const shown = criteria
    .map((criterion, index) => ({ criterion, index }))
    .filter(({ criterion }) => criterion.behind.length > 0);
  return html`<ol class="behinds">
    ${shown.map(
      ({ criterion, index }) =>
        html`<li id="b${index + 1}">
          <h3>${criterionText(criterion)}</h3>
          <p>${outcomeText(criterion.outcome)} ${criterion.observed}; required: ${criterion.required}</p>
          <ul>
            ${criterion.behind.map((each) => html`<li>${each.kind === 'file' ? html`<code>${each.file}</code>` : html`<pre><code>${openedBy(each, data)}</code></pre>`}</li>`)}
          </ul>
        </li>`,
    )}
  </ol>`;
}

function behindLink(criterion: Criterion, all: readonly Criterion[], shown = criterionText(criterion)): Html {
  return criterion.behind.length === 0
    ? html`${shown}`
    : html`<a class="n" href="#b${all.indexOf(criterion) + 1}">${shown}</a>`;
}

/** What stands between backticks in a sentence of ours is a command. */
function withCode(text: string): readonly Child[] {
  return text
    .split('`')
    .map((part, index, all) => (index % 2 === 1 && index < all.length - 1 ? html`<code>${part}</code>` : part));
}
