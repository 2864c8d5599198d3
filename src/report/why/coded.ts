import { type Html, html } from '../html.ts';

/** A sentence of ours, in which backticks mark what is written so and not otherwise. */
export function coded(sentence: string): readonly (Html | string)[] {
  return sentence.split('`').map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece));
}
