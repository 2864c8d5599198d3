import type { ShadowEvidence } from '../evidence/shadow/evidence.ts';
import { documentOf, styleOf } from './document.ts';
import { type Child, type Html, html } from './html.ts';
import { amountsView } from './shadow/amounts.ts';
import { anomaliesView } from './shadow/anomalies.ts';
import { callsView } from './shadow/calls.ts';
import type { Place } from './shadow/commands.ts';
import { coverageView } from './shadow/coverage.ts';
import { divergenceView } from './shadow/divergence.ts';
import { evaluationView } from './shadow/evaluation.ts';
import { guardsView } from './shadow/guards.ts';
import { headline, headlineText, keyFigures } from './shadow/headline.ts';
import { headroomView } from './shadow/headroom.ts';
import { notKnown } from './shadow/not-known.ts';
import { Numbers } from './shadow/numbers.ts';
import { overTime } from './shadow/over-time.ts';
import { reviewsView } from './shadow/people.ts';
import { replayView } from './shadow/replay.ts';
import { routesView } from './shadow/routes.ts';
import { SHADOW_STYLE } from './shadow/style.ts';
import { weekView } from './shadow/week.ts';

/** One part of the page, under its own heading. */
interface Part {
  readonly id: string;
  readonly title: string;
  /** What is to be seen here, where the title does not say it. */
  readonly lead?: string;
  readonly body: Child;
}

/** The evidence for a reviewer: read from the top down, every number a link to the calls behind it. */
export function shadowHtml(evidence: ShadowEvidence, data: string, version: string): string {
  const place = { data, scope: evidence.scope };
  const numbers = new Numbers(place, evidence.appendix.calls);
  const parts = evidence.overview.period === null ? [] : partsOf(evidence, place, numbers);
  const body = html`<main>
      ${headline(evidence, place, version)}
      ${
        parts.length > 0 &&
        html`${keyFigures(evidence, numbers)} ${unknownView(evidence, numbers)}
          <nav class="contents" aria-label="Contents">
            ${[...parts, NUMBERS].map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}
          </nav>
          ${parts.map(partView)} ${partView({ ...NUMBERS, body: numbers.list() })}`
      }
    </main>
    <footer>
      <p>
        A count is of calls. “Meant” are writes that the door let pass or, in shadow, captured; “refused or held” are
        calls that a guard stopped. Reads that the door made for itself are not counted. Times are in
        ${evidence.scope.timeZone}. The same journal gives the same page. What each number means is told in
        docs/shadow-report.md.
      </p>
    </footer>`;
  return documentOf(`${headlineText(evidence)}, Interlock shadow report`, SHEET, body);
}

const SHEET = styleOf(SHADOW_STYLE);

const NUMBERS = {
  id: 'numbers',
  title: 'Behind the numbers',
  lead: 'Each number above leads here: its first calls, and the command that lists all of them.',
};

function partsOf(evidence: ShadowEvidence, place: Place, numbers: Numbers): readonly Part[] {
  const { replay, evaluation, divergence } = evidence;
  return [
    { id: 'time', title: 'Over time', body: overTime(evidence, numbers) },
    { id: 'routes', title: 'Routes', body: routesView(evidence, numbers) },
    { id: 'week', title: 'Hours of the week', body: weekView(evidence, numbers) },
    {
      id: 'guards',
      title: 'What guards found',
      lead: 'A rule speaks of a call even where another had refused it already; “it alone” are the calls that nothing else would have stopped.',
      body: guardsView(evidence, numbers),
    },
    { id: 'amounts', title: 'Amounts', body: amountsView(evidence, numbers) },
    {
      id: 'anomalies',
      title: 'Anomalies',
      lead: 'What a person should look at first, and why it is unusual. Unusual is not wrong.',
      body: anomaliesView(evidence, numbers),
    },
    {
      id: 'headroom',
      title: 'Blast radius',
      lead: 'What the policy lets happen at most, beside the most that the agent ever meant.',
      body: headroomView(evidence, numbers),
    },
    { id: 'coverage', title: 'Coverage', body: coverageView(evidence, numbers) },
    { id: 'reviews', title: 'What people said', body: reviewsView(evidence, numbers) },
    { id: 'divergence', title: 'Beside what was really done', body: divergenceView(divergence, numbers) },
    ...(replay === null ? [] : [{ id: 'replay', title: 'Under other policies', body: replayView(replay, numbers) }]),
    ...(evaluation === null
      ? []
      : [{ id: 'evaluation', title: 'Evaluation against labels', body: evaluationView(evaluation, numbers) }]),
    {
      id: 'calls',
      title: 'Calls',
      lead: 'The calls that are named above, as the journal has them. What is sealed stays sealed.',
      body: callsView(evidence, place, numbers),
    },
  ];
}

function partView({ id, title, lead, body }: Part): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${lead !== undefined && html`<p class="lead">${lead}</p>`}${body}
  </section>`;
}

function unknownView(evidence: ShadowEvidence, numbers: Numbers): Html {
  return html`<section id="unknown" aria-labelledby="unknown-title">
    <h2 id="unknown-title">What is not known</h2>
    <p class="lead">Before anything below is believed.</p>
    <ul class="facts">
      ${notKnown(evidence).map(({ text, behind }) => html`<li>${text} ${behind !== null && html`<span class="quiet">${numbers.link(behind, text, 'Which?')}</span>`}</li>`)}
    </ul>
  </section>`;
}
