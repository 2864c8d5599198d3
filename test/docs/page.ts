import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const FOLDER = path.join(import.meta.dirname, '../../docs/guards');

/** One of the pages in `docs/guards`, taken apart. */
export interface Page {
  /** `once` of `once.md` */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** The guards it is about: those of its line `Guards: error-rate, latency`, or the one it is named after. */
  readonly guards: readonly string[];
  /** Every whole policy it shows; it runs under the first. */
  readonly policies: readonly string[];
  /** What its HTML comments say of the upstream: `GET /v1/charges/ch_1 → 200 {"refunded": true}`. */
  readonly upstream: readonly string[];
  /** What its reader types and sees, in order. */
  readonly steps: readonly Step[];
}

export type Step =
  /** Shell commands that ask the door, or act on it. */
  | { readonly kind: 'commands'; readonly text: string }
  /** The answer that the last of the commands so far got. `from`, `to`: where its text stands in the page. */
  | { readonly kind: 'answer'; readonly text: string; readonly from: number; readonly to: number };

export function readPages(): readonly Page[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.md'));
  return names.map((name) => readPage(path.join(FOLDER, name)));
}

export function readPage(file: string): Page {
  const text = readFileSync(file, 'utf8');
  const name = path.basename(file, '.md');
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, language = '', inside = ''] = match;
    const from = match.index + '```\n'.length + language.length;
    return { language, text: inside, from, to: from + inside.length };
  });
  return {
    name,
    file,
    text,
    guards: /^Guards: (.+)$/m.exec(text)?.[1]?.split(/, /) ?? [name],
    policies: blocks.flatMap((one) => (one.language === 'yaml' && /^version: 1$/m.test(one.text) ? [one.text] : [])),
    upstream: [...text.matchAll(/^<!-- upstream: (.*) -->$/gm)].map(([, said]) => said as string),
    steps: blocks.flatMap(({ language, text: inside, from, to }): Step[] => {
      if (language === 'sh' && inside.includes('$INTERLOCK')) return [{ kind: 'commands', text: inside }];
      return language === 'http' ? [{ kind: 'answer', text: inside, from, to }] : [];
    }),
  };
}
