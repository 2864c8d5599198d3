import { documentOf, styleOf } from '../document.ts';
import { type Child, type Html, html } from '../html.ts';
import { basisView } from './basis.ts';
import { calendarView } from './calendar.ts';
import { coursesView } from './courses.ts';
import { behindView, criteriaView, reasonsView } from './criteria.ts';
import { harnessView } from './harness.ts';
import { headline, keyFigures } from './headline.ts';
import { loadView } from './load.ts';
import { outcomeShapes } from './marks.ts';
import type { GateReport } from './report.ts';
import { strataView } from './strata.ts';
import { GATE_STYLE } from './style.ts';
import { verdictText } from './words.ts';

/** One part of the page, under its own heading. */
interface Part {
  readonly id: string;
  readonly title: string;
  readonly lead?: string;
  readonly body: Child;
}

const SHEET = styleOf(GATE_STYLE);

/** The evidence page: the verdict, what lacks, every criterion, and how anybody can look behind each number. */
export function gateHtml(report: GateReport): string {
  const { result, data } = report;
  const parts = partsOf(report);
  const body = html`${outcomeShapes}
    <main>
      ${headline(report)} ${keyFigures(result)} ${reasonsView(result.criteria)}
      <nav class="contents" aria-label="Contents">
        ${parts.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}
      </nav>
      ${parts.map(partView)}
    </main>
    <footer>
      <p>
        A criterion passes only where evidence shows what the policy demands; where evidence is missing it is lacking,
        and the verdict is INCONCLUSIVE. FAIL is said only where evidence speaks against. Times are in
        ${result.evidence.days.timeZone}. Commands are to be run where this one was, with ${data} as it was. What each
        criterion means is told in docs/gate.md.
      </p>
    </footer>`;
  return documentOf(`${result.verdict}: ${verdictText(result)}`, SHEET, body);
}

function partsOf({ result, data, courses }: GateReport): readonly Part[] {
  const { evidence, criteria } = result;
  return [
    { id: 'criteria', title: 'Criteria', lead: 'Each leads to what stands behind it.', body: criteriaView(criteria) },
    {
      id: 'harm',
      title: 'Harm, as evidence came in',
      body: coursesView(courses, evidence.days.timeZone),
    },
    { id: 'days', title: 'Days and sessions', body: calendarView(evidence) },
    { id: 'strata', title: 'What the evidence is of', body: strataView(evidence) },
    ...(evidence.load.length === 0
      ? []
      : [{ id: 'load', title: 'What a session takes', body: loadView(evidence.load) }]),
    { id: 'harness', title: 'Beside the journal', body: harnessView(evidence) },
    {
      id: 'basis',
      title: 'Exactly what was looked at',
      lead: 'With another of these the evidence would be of something else, and counts anew.',
      body: basisView(evidence, data),
    },
    {
      id: 'behind',
      title: 'Behind the numbers',
      lead: 'The query, call or file behind each criterion.',
      body: behindView(criteria, data),
    },
  ];
}

function partView({ id, title, lead, body }: Part): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${lead !== undefined && html`<p class="lead">${lead}</p>`}${body}
  </section>`;
}
