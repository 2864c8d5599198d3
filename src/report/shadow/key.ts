import { type Html, html } from '../html.ts';

/** What the colours of a chart mean. */
export function key(layers: readonly { readonly kind: string; readonly name: string }[]): Html | null {
  if (layers.length === 0) return null;
  return html`<ul class="legend" aria-label="Colours">
    ${layers.map(
      ({ kind, name }) =>
        html`<li>
          <svg class="swatch" width="14" height="14" aria-hidden="true">
            <rect class="${kind}" x="1" y="1" width="12" height="12" />
          </svg>
          ${name}
        </li>`,
    )}
  </ul>`;
}
