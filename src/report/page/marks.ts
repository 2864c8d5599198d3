import type { TimelineEvent } from '../../lab/sandbox/result.ts';
import { type Html, html } from '../html.ts';

export type Kind = TimelineEvent['kind'];
export type Lane = TimelineEvent['lane'];

/** In the order in which they are drawn: what matters most lies on top. */
export const KINDS = ['note', 'call', 'effect', 'failure', 'denied', 'resume', 'freeze', 'harm'] as const;

/** The word that goes with each shape: no meaning rests on colour, or on shape, alone. */
export const WORD: Readonly<Record<Kind, string>> = {
  call: 'call',
  denied: 'denied',
  effect: 'effect',
  harm: 'harm',
  freeze: 'freeze',
  resume: 'resume',
  failure: 'failure',
  note: 'note',
};

/** A shape around (0, 0), about 12 px across, no two alike in outline. */
const SHAPE: Readonly<Record<Kind, string>> = {
  note: 'M-4 -1h8v2h-8z',
  call: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0zM-2.2 0a2.2 2.2 0 1 1 4.4 0a2.2 2.2 0 1 1 -4.4 0z',
  effect: 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z',
  failure: 'M0 -6L6 0L0 6L-6 0zM0 -3L-3 0L0 3L3 0z',
  denied: 'M-5 -3.4L-3.4 -5L0 -1.6L3.4 -5L5 -3.4L1.6 0L5 3.4L3.4 5L0 1.6L-3.4 5L-5 3.4L-1.6 0z',
  resume: 'M-4 -5.5L5.5 0L-4 5.5z',
  freeze: 'M-5 -5h3.6v10h-3.6zM1.4 -5h3.6v10h-3.6z',
  harm: 'M0 -6.5L6.8 5.5H-6.8zM-0.9 -2.4V1.6H0.9V-2.4zM-0.9 2.8V4.4H0.9V2.8z',
};

/** The shapes, once for the page; every mark refers to them. */
export const shapes = html`<svg class="shapes" width="0" height="0" aria-hidden="true">
  <defs>
    ${KINDS.map((kind) => html`<path id="mark-${kind}" fill-rule="evenodd" d="${SHAPE[kind]}" />`)}
    <path id="mark-held" d="M-6 0.4L-4.2 -1.4L-1.6 1.2L4.4 -4.8L6 -3L-1.6 4.8z" />
    <path id="mark-broken" d="M-6 -4.4L-4.4 -6L0 -1.6L4.4 -6L6 -4.4L1.6 0L6 4.4L4.4 6L0 1.6L-4.4 6L-6 4.4L-1.6 0z" />
  </defs>
</svg>`;

/** A shape in running text, with a word beside it. */
export function mark(kind: Kind | 'held' | 'broken'): Html {
  return html`<svg class="mark ${kind}" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
    <use href="#mark-${kind}" />
  </svg>`;
}

/** What the shapes of these events mean. */
export function legend(kinds: ReadonlySet<Kind>): Html {
  const shown = KINDS.filter((kind) => kinds.has(kind));
  return html`<ul class="legend" aria-label="Marks">
    ${shown.map((kind) => html`<li>${mark(kind)} ${WORD[kind]}</li>`)}
  </ul>`;
}
