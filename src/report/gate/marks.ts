import type { CriterionOutcome } from '../../gate/criterion.ts';
import { type Html, html } from '../html.ts';
import { OUTCOME_WORD } from './words.ts';

/** A shape around (0, 0), about 12 px across, no two alike in outline. */
const SHAPE: Readonly<Record<CriterionOutcome, string>> = {
  pass: 'M-6 0.4L-4.2 -1.4L-1.6 1.2L4.4 -4.8L6 -3L-1.6 4.8z',
  fail: 'M-6 -4.4L-4.4 -6L0 -1.6L4.4 -6L6 -4.4L1.6 0L6 4.4L4.4 6L0 1.6L-4.4 6L-6 4.4L-1.6 0z',
  inconclusive:
    'M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0zM-4 0a4 4 0 1 1 8 0a4 4 0 1 1 -8 0zM-1 -3h2v3.6h-2zM-1 1.6h2v2h-2z',
  waived: 'M-6 -1.1h12v2.2h-12z',
  shown: 'M-2.2 0a2.2 2.2 0 1 0 4.4 0a2.2 2.2 0 1 0 -4.4 0z',
};

/** The shapes, once for the page; every mark refers to them. */
export const outcomeShapes = html`<svg class="shapes" width="0" height="0" aria-hidden="true">
  <defs>
    ${(Object.keys(SHAPE) as CriterionOutcome[]).map((outcome) => html`<path id="mark-${outcome}" fill-rule="evenodd" d="${SHAPE[outcome]}" />`)}
  </defs>
</svg>`;

export function outcomeMark(outcome: CriterionOutcome): Html {
  return html`<svg class="mark ${outcome}" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
    <use href="#mark-${outcome}" />
  </svg>`;
}

/** The shape with its word. */
export const outcomeText = (outcome: CriterionOutcome): Html =>
  html`<span class="outcome ${outcome}">${outcomeMark(outcome)} ${OUTCOME_WORD[outcome]}</span>`;
