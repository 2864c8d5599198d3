import { type Html, html } from '../html.ts';
import { percent } from './scale.ts';

/** A part of a bar, as a share of its whole length. */
export interface Part {
  readonly kind: string;
  readonly share: number;
  readonly title: string;
}

/** Parts end to end, for a cell of a table that says the same in figures. */
export function barOf(parts: readonly Part[]): Html {
  let from = 0;
  const rects = parts.map(({ kind, share, title }) => {
    if (share <= 0) return null;
    const x = from;
    from += share;
    return html`<rect class="${kind}" x="${percent(x)}" width="${percent(share)}" y="2" height="12"
      ><title>${title}</title></rect
    >`;
  });
  return html`<svg class="bar" width="100%" height="16" aria-hidden="true">${rects}</svg>`;
}

/** How much of what is allowed was used: a bar in a frame. Above it all, the frame is full and its end marked. */
export function fillOf(used: number, allowed: number, title: string): Html {
  const share = allowed <= 0 ? 1 : used / allowed;
  return html`<svg class="bar fill" width="100%" height="16" aria-hidden="true">
    <rect class="frame" x="0" y="2" width="100%" height="12" />
    <rect class="${share > 1 ? 'over' : 'used'}" x="0" y="2" width="${percent(Math.min(1, share))}" height="12">
      <title>${title}</title>
    </rect>
  </svg>`;
}

/** A few values over time, as small as a word. */
export function sparkOf(values: readonly number[], title: string): Html {
  const most = values.reduce((largest, value) => Math.max(largest, value), 1);
  const width = 1 / Math.max(1, values.length);
  const bars = values.map((value, index) => {
    if (value <= 0) return null;
    const height = Math.max(2, Math.round((value / most) * 20));
    return html`<rect
      x="${percent(index * width)}"
      width="${percent(width * 0.8)}"
      y="${22 - height}"
      height="${height}"
    />`;
  });
  return html`<svg class="spark" width="100%" height="24" role="img" aria-label="${title}">
    <title>${title}</title>
    <line x1="0" x2="100%" y1="22.5" y2="22.5" />
    ${bars}
  </svg>`;
}
