import { clockTime, span } from '../../warehouse/why/wording.ts';
import type { CallStory } from '../../warehouse/why/told.ts';
import { type Html, html } from '../html.ts';
import { mark } from '../page/marks.ts';
import { type Moment, type MomentKind, timelineOf } from './timeline.ts';

/** The mark of each kind, and the word for whoever cannot see it. */
const MARKS: Readonly<Record<MomentKind, readonly [mark: Parameters<typeof mark>[0], word: string]>> = {
  read: ['call', 'read'],
  write: ['effect', 'write'],
  unknown: ['failure', 'outcome unknown'],
  denied: ['denied', 'refused'],
  held: ['failure', 'held'],
  captured: ['note', 'captured'],
  note: ['note', 'note'],
  approved: ['held', 'approved'],
  refused: ['broken', 'refused by a human'],
  answer: ['call', 'answer'],
  stop: ['freeze', 'stopped'],
  page: ['note', 'page'],
  resume: ['resume', 'resumed'],
  stage: ['note', 'stands elsewhere'],
};

/** The anchor of a moment: of its call, where it is one. */
export const momentAnchor = (prefix: string, call: string): string => `${prefix}-${call.replaceAll(/[^\w-]/g, '')}`;

/** What led to a call, itself, and what came of it, from top to bottom. */
export function timelineView(story: CallStory, prefix: string): Html {
  const moments = timelineOf(story);
  const seen = new Set<string>();
  const { before, after, step } = story;
  return html`${before.omitted > 0 && html`<p class="quiet">${before.omitted} earlier calls of this session are not shown.</p>`}
    <ol class="line">
      ${moments.map((moment) => momentView(moment, { prefix, seen, at: step.at }))}
    </ol>
    ${after.omitted > 0 && html`<p class="quiet">${after.omitted} later calls of this session are not shown.</p>`}`;
}

interface Setting {
  readonly prefix: string;
  /** Calls that have an anchor already. */
  readonly seen: Set<string>;
  readonly at: number;
}

function momentView(moment: Moment, { prefix, seen, at }: Setting): Html {
  const { kind, who, what, more, call, main, gave } = moment;
  const anchor =
    call === null || seen.has(call) || (kind === 'stop' && !main) || kind === 'approved'
      ? null
      : momentAnchor(prefix, call);
  if (anchor !== null && call !== null) seen.add(call);
  const [shape, word] = MARKS[kind];
  const offset = moment.at === at ? '' : `${moment.at < at ? '−' : '+'}${span(moment.at - at)}`;
  return html`<li class="${main && 'self'}" ${anchor !== null && html`id="${anchor}"`}>
    <time datetime="${new Date(moment.at).toISOString()}"
      >${clockTime(moment.at)}<small>${main ? 'this call' : offset}</small></time
    >
    <span class="dot" title="${word}">${mark(shape)}</span>
    <div>
      <p>
        <bdi><b>${who}</b> ${what}</bdi>
        ${gave.length > 0 && html`<span class="chips">${gave.map(({ name, careful }) => html`<a class="${careful && 'alarm'}" href="#${prefix}-values">gave ${name}</a>`)}</span>`}
      </p>
      ${more !== null && html`<p class="more"><bdi>${more}</bdi></p>`}
    </div>
  </li> `;
}
