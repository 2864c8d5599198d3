import { visible } from './visible.ts';

/** Markup that is safe to place in a page. Only {@link html} and {@link trusted} make it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Child = Html | string | number | null | undefined | false | readonly Child[];

/**
 * Markup from a template. INVARIANT: whatever is put in, in text or in a quoted attribute, is escaped and made visible,
 * unless it is markup already. `null`, `undefined` and `false` give nothing; lists are joined.
 */
export function html(strings: TemplateStringsArray, ...children: readonly Child[]): Html {
  const [first = '', ...others] = strings.map((literal) => literal.replace(/\n\s+/g, '\n'));
  return new Html(others.reduce((markup, literal, index) => markup + rendered(children[index]) + literal, first));
}

/** Markup of our own that is no template: the style sheet, a path of numbers. Never for text that a run produced. */
export const trusted = (markup: string): Html => new Html(markup);

function rendered(child: Child): string {
  if (child instanceof Html) return child.markup;
  if (child === null || child === undefined || child === false) return '';
  if (typeof child === 'object') return child.map(rendered).join('');
  return escapeMarkup(visible(String(child)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The five characters that mean something to HTML and XML alike. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
