import type { Node } from '../../../../policy/openapi/document.ts';
import { patternTest } from '../../../../policy/openapi/pattern.ts';

export interface Texts {
  readonly like: string;
  /** Whether more written behind it fits too. */
  readonly isFree: boolean;
  readonly others: readonly string[];
}

const BY_FORMAT: Readonly<Record<string, readonly string[]>> = {
  date: ['2026-03-02', '2026-03-03'],
  'date-time': ['2026-03-02T14:00:00Z', '2026-03-03T14:00:00Z'],
  time: ['14:00:00Z'],
  email: ['ada@example.com', 'grace@example.com'],
  uuid: ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'],
  uri: ['https://example.com/a'],
  url: ['https://example.com/a'],
  hostname: ['example.com'],
  ipv4: ['192.0.2.1'],
  byte: ['aGVsbG8='],
};

/** What patterns of business APIs ask for: countries, languages, numbers, codes, dates. */
const COMMON = [
  'a',
  'A',
  '1',
  '10',
  '10.00',
  'US',
  'us',
  'en-US',
  'en',
  'USA',
  '2026-03-02',
  '2026-03',
  '12:00',
  'ab-1',
  'A1',
];

/**
 * Texts that a schema takes: its default and example, by its format, the field's own name, or whatever of a few known texts
 * its pattern and length let through. A pattern that none of them meets is not met: such a request is refused, and says so.
 */
export function fittingTexts(said: Node, name: string): Texts {
  const fits = fitOf(said);
  const shown = [said.default, said.example].filter((one) => typeof one === 'string');
  const ofFormat = typeof said.format === 'string' ? (BY_FORMAT[said.format] ?? []) : [];
  const lengthMin = typeof said.minLength === 'number' ? said.minLength : 0;
  const padded = [name, '1', 'A'].map((text) => text.padEnd(Math.min(lengthMin, LENGTH_MAX), text.at(-1)));
  const all = [...shown, ...ofFormat, ...(ofFormat.length > 0 ? [] : [name, ...COMMON, ...padded])];
  const taken = [...new Set(all)].filter(fits);
  const like = taken[0] ?? all[0] ?? name;
  const isFree = ofFormat.length === 0 && fits(`${like} 2`);
  return { like, isFree, others: isFree ? [] : taken.slice(1, 2) };
}

/** No padding beyond this: what asks for more is a token that nobody can make up. */
const LENGTH_MAX = 64;

function fitOf({ pattern, minLength, maxLength }: Node): (text: string) => boolean {
  const test = typeof pattern === 'string' ? patternTest(pattern) : undefined;
  const least = typeof minLength === 'number' ? minLength : 0;
  const most = typeof maxLength === 'number' ? maxLength : Infinity;
  return (text) => text.length >= least && text.length <= most && (test === undefined || test.test(text));
}
