import { cameFrom } from '../../warehouse/why/summary.ts';
import type { CallStory, Sighting, Traced } from '../../warehouse/why/told.ts';
import { clockTime, person } from '../../warehouse/why/wording.ts';
import { type Html, html } from '../html.ts';
import { momentAnchor } from './page-timeline.ts';
import { coded } from './coded.ts';
import { valueName } from './timeline.ts';

/** The height of a box, in px, as the style sheet has it. */
const BOX = 72;
/** Wider than this in its own units; the drawing is stretched to its column. */
const ACROSS = 100;
/** More boxes than anybody follows lines between. */
const DRAWN_MAX = 12;

interface Source {
  readonly key: string;
  readonly kind: 'answer' | 'text' | 'told' | 'nowhere';
  readonly title: string;
  readonly detail: string;
  readonly call: string | null;
}

interface Edge {
  readonly from: string;
  readonly to: number;
  readonly kind: Source['kind'] | 'first';
}

/** Which answer gave which value: drawn, and in words. */
export function valuesView({ values, step }: CallStory, prefix: string): Html {
  const told = values.filter(({ origin }) => origin.kind !== 'common');
  const drawn = told.slice(0, DRAWN_MAX);
  const { sources, edges } = drawingOf(drawn);
  const rows = Math.max(sources.length, drawn.length);
  return html`${
      drawn.length > 0 &&
      html`<div
        class="flow"
        role="img"
        aria-label="Where each value of the request came from; the list below says the same in words"
      >
        <p class="column">It had been given</p>
        <p class="column">${step.method} ${step.target}</p>
        <ul>
          ${sources.map(
            (source) =>
              html`<li class="${source.kind}">
                <div>
                  <b
                    ><bdi
                      >${source.call === null ? source.title : html`<a href="#${momentAnchor(prefix, source.call)}">${source.title}</a>`}</bdi
                    ></b
                  ><span class="quiet"><bdi>${source.detail}</bdi></span>
                </div>
              </li>`,
          )}
        </ul>
        <svg height="${rows * BOX}" viewBox="0 0 ${ACROSS} ${rows * BOX}" preserveAspectRatio="none" aria-hidden="true">
          ${edges.map(
            ({ from, to, kind }) =>
              html`<path
                class="${kind}"
                d="${curve(
                  sources.findIndex(({ key }) => key === from),
                  to,
                )}"
              />`,
          )}
        </svg>
        <ul>
          ${drawn.map(
            (one) =>
              html`<li class="${one.origin.kind}">
                <div>
                  <b><bdi>${valueName(one)}</bdi></b
                  ><span class="quiet"><bdi>${cut(one.value)}</bdi></span>
                </div>
              </li>`,
          )}
        </ul>
      </div>`
    }
    <dl class="traced">
      ${told.map(
        (one) =>
          html`<dt><bdi>${valueName(one)} = ${cut(one.value)}</bdi></dt>
            <dd class="${one.origin.kind === 'text' && 'alarm'}"><bdi>${coded(cameFrom(one.origin))}</bdi></dd>`,
      )}
    </dl>
    ${
      values.length > told.length &&
      html`<p class="quiet">
        ${values.length - told.length} more too usual to say where they came from:
        <bdi
          >${values
            .filter(({ origin }) => origin.kind === 'common')
            .slice(0, 8)
            .map((one) => `${valueName(one)} = ${one.value}`)
            .join(', ')}</bdi
        >
      </p>`
    }`;
}

const cut = (value: string): string => (value.length > 160 ? `${value.slice(0, 159).toWellFormed()}…` : value);

function curve(from: number, to: number): string {
  const [y1, y2] = [(from + 0.5) * BOX, (to + 0.5) * BOX];
  return `M0 ${y1}C${ACROSS / 2} ${y1} ${ACROSS / 2} ${y2} ${ACROSS} ${y2}`;
}

function drawingOf(values: readonly Traced[]): {
  readonly sources: readonly Source[];
  readonly edges: readonly Edge[];
} {
  const sources = new Map<string, Source>();
  const edges: Edge[] = [];
  for (const [to, one] of values.entries()) {
    for (const { source, kind } of sourcesOf(one)) {
      if (!sources.has(source.key)) sources.set(source.key, source);
      edges.push({ from: source.key, to, kind });
    }
  }
  return { sources: [...sources.values()], edges };
}

function sourcesOf({ origin }: Traced): readonly { readonly source: Source; readonly kind: Edge['kind'] }[] {
  switch (origin.kind) {
    case 'answer': {
      const { earliest, latest = earliest } = origin;
      const last = { source: seenAt(latest, 'answer'), kind: 'answer' as const };
      return latest.call === earliest.call ? [last] : [last, { source: seenAt(earliest, 'answer'), kind: 'first' }];
    }
    case 'text':
      return [
        {
          source: seenAt(origin.seen, 'text'),
          kind: 'text',
        },
      ];
    case 'declared':
      return [told(`declared ${origin.grant}`, 'Declared for its task', `by ${person(origin.by)}`)];
    case 'task':
      return [told('task', 'The words of its task', '')];
    case 'note':
      return [told('note', 'Its own note', clockTime(origin.at))];
    case 'words':
      return [told('words', 'Its own words', 'no answer held it')];
    case 'sealed':
      return [told('sealed', 'Sealed', 'personal data')];
    default: {
      const unread = origin.kind === 'nowhere' ? origin.unread : undefined;
      return [
        {
          source: {
            key: 'nowhere',
            kind: 'nowhere',
            title: 'Nobody knows',
            detail: `seen in no answer of this session${unread === undefined ? '' : ` that can be read; ${unread} cannot`}`,
            call: null,
          },
          kind: 'nowhere',
        },
      ];
    }
  }
}

const told = (key: string, title: string, detail: string): { readonly source: Source; readonly kind: 'told' } => ({
  source: { key, kind: 'told', title, detail, call: null },
  kind: 'told',
});

function seenAt({ call, request, at }: Sighting, kind: 'answer' | 'text'): Source {
  return { key: call, kind, title: request, detail: `answered at ${clockTime(at)}`, call };
}
