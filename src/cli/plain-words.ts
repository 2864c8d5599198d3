import { parseArgs } from 'node:util';
import { dataOption } from './options.ts';
import type { WhyArguments } from './commands/why.ts';

const OPTIONS = {
  data: { type: 'string', short: 'd' },
  json: { type: 'boolean' },
  html: { type: 'string' },
  reveal: { type: 'boolean' },
} as const;

/** What the words of `interlock why` mean; `undefined` where they are not plain: help, a mistake, an option twice, a value of none. */
export function plainWords(words: readonly string[]): WhyArguments | undefined {
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...words],
      options: OPTIONS,
      allowPositionals: true,
      tokens: true,
    });
    const named = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    const odd = new Set(named).size < named.length || Object.values(values).includes('') || words.includes('--');
    if (odd || positionals.length === 0) return undefined;
    const { data = dataOption.default, json = false, html, reveal = false } = values;
    return { what: positionals, data, json, html, reveal };
  } catch {
    return undefined;
  }
}
