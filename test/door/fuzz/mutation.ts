import fc from 'fast-check';
import { unreachable } from '../../../src/std/assert.ts';
import { CORPUS } from './corpus.ts';
import { CHUNK_SIZES, HEADER_LINES, SCRAPS } from './dictionary.ts';

/** One change to the bytes of a request. Positions are taken modulo what is there, so that every edit of every text exists. */
export type Edit =
  | { readonly kind: 'flip'; readonly at: number; readonly mask: number }
  | { readonly kind: 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'delete'; readonly at: number; readonly count: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly count: number; readonly times: number }
  | { readonly kind: 'splice'; readonly at: number; readonly other: number; readonly from: number }
  | { readonly kind: 'truncate'; readonly at: number }
  | { readonly kind: 'header'; readonly nth: number; readonly line: string }
  | { readonly kind: 'repeat-header'; readonly nth: number; readonly apart: number }
  | { readonly kind: 'recase'; readonly at: number; readonly count: number }
  | { readonly kind: 'line-end'; readonly nth: number; readonly end: string }
  | { readonly kind: 'escape'; readonly at: number; readonly spelling: 'upper' | 'lower' | 'twice' }
  | { readonly kind: 'target'; readonly at: number; readonly text: string }
  | { readonly kind: 'body'; readonly at: number; readonly text: string }
  | { readonly kind: 'length'; readonly by: number }
  | { readonly kind: 'chunk'; readonly nth: number; readonly size: string };

const at = fc.nat({ max: 4_095 });
const scrap = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...SCRAPS) },
  { weight: 1, arbitrary: fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)) },
);

export const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at, mask: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('insert' as const), at, text: scrap }),
  fc.record({ kind: fc.constant('delete' as const), at, count: fc.integer({ min: 1, max: 8 }) }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at,
    count: fc.integer({ min: 1, max: 40 }),
    times: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant('splice' as const), at, other: fc.nat({ max: CORPUS.length - 1 }), from: at }),
  fc.record({ kind: fc.constant('truncate' as const), at }),
  fc.record({ kind: fc.constant('header' as const), nth: fc.nat({ max: 9 }), line: fc.constantFrom(...HEADER_LINES) }),
  fc.record({ kind: fc.constant('repeat-header' as const), nth: fc.nat({ max: 9 }), apart: fc.nat({ max: 3 }) }),
  fc.record({ kind: fc.constant('recase' as const), at, count: fc.integer({ min: 1, max: 12 }) }),
  fc.record({
    kind: fc.constant('line-end' as const),
    nth: fc.nat({ max: 12 }),
    end: fc.constantFrom('\n', '\r', '\r\r\n', '\n\r', '\r\n ', '\r\n\t', '', '\0\r\n', ' \r\n'),
  }),
  fc.record({ kind: fc.constant('escape' as const), at, spelling: fc.constantFrom('upper', 'lower', 'twice') }),
  fc.record({ kind: fc.constant('target' as const), at, text: scrap }),
  fc.record({ kind: fc.constant('body' as const), at, text: scrap }),
  fc.record({ kind: fc.constant('length' as const), by: fc.integer({ min: -9, max: 9 }) }),
  fc.record({ kind: fc.constant('chunk' as const), nth: fc.nat({ max: 3 }), size: fc.constantFrom(...CHUNK_SIZES) }),
);

/** The text after one change. */
export function edited(text: string, change: Edit): string {
  const put = (start: number, end: number, piece: string): string => text.slice(0, start) + piece + text.slice(end);
  const head = headEnd(text);
  switch (change.kind) {
    case 'flip': {
      const index = change.at % Math.max(1, text.length);
      return put(index, index + 1, String.fromCharCode((text.charCodeAt(index) || 0) ^ change.mask));
    }
    case 'insert': {
      const index = change.at % (text.length + 1);
      return put(index, index, change.text);
    }
    case 'delete': {
      const index = change.at % (text.length + 1);
      return put(index, index + change.count, '');
    }
    case 'repeat': {
      const index = change.at % (text.length + 1);
      return put(index, index, text.slice(index, index + change.count).repeat(change.times));
    }
    case 'splice': {
      const other = CORPUS[change.other]!;
      return text.slice(0, change.at % (text.length + 1)) + other.slice(change.from % other.length);
    }
    case 'truncate':
      return text.slice(0, change.at % (text.length + 1));
    case 'header': {
      const index = lineStart(text, change.nth, head);
      return put(index, index, `${change.line}\r\n`);
    }
    case 'repeat-header': {
      const start = lineStart(text, change.nth, head);
      const line = text.slice(start, text.indexOf('\r\n', start) + 2);
      const index = lineStart(text, change.nth + change.apart, head);
      return put(index, index, line);
    }
    case 'recase': {
      const index = change.at % (text.length + 1);
      const piece = text.slice(index, index + change.count);
      const upper = piece.toUpperCase();
      // Only the letters of ASCII: a latin-1 text must stay one.
      return put(index, index + change.count, upper === piece ? piece.toLowerCase() : piece.replace(/[a-z]/g, capital));
    }
    case 'line-end': {
      let index = -2;
      for (let count = 0; count <= change.nth % 12; count += 1) {
        const next = text.indexOf('\r\n', index + 2);
        if (next === -1) break;
        index = next;
      }
      return index < 0 ? text : put(index, index + 2, change.end);
    }
    case 'escape': {
      const index = change.at % Math.max(1, text.length);
      const hex = (text.charCodeAt(index) & 0xff).toString(16).padStart(2, '0');
      const escaped = { upper: `%${hex.toUpperCase()}`, lower: `%${hex}`, twice: `%25${hex}` }[change.spelling];
      return put(index, index + 1, escaped);
    }
    case 'target': {
      const [start, end] = targetOf(text);
      const index = start + (change.at % (end - start + 1));
      return put(index, index, change.text);
    }
    case 'body': {
      const index = head + (change.at % (text.length - head + 1));
      return put(index, index, change.text);
    }
    case 'length':
      return text.replace(/(content-length: *)(\d{1,9})/i, (_, name: string, digits: string) => {
        return `${name}${Number(digits) + change.by}`;
      });
    case 'chunk': {
      let index = head;
      for (let count = 0; count < change.nth; count += 1) {
        const next = text.indexOf('\r\n', index);
        if (next === -1) break;
        index = next + 2;
      }
      const end = text.indexOf('\r\n', index);
      return end === -1 ? text : put(index, end, change.size);
    }
    default:
      return unreachable(change);
  }
}

/** The text with a stated length that is true again, so that what a body says is read at all. */
export function refitted(text: string): string {
  const head = headEnd(text);
  return text.slice(0, head).replace(/^(content-length: *)\d+/im, `$1${text.length - head}`) + text.slice(head);
}

const capital = (letter: string): string => letter.toUpperCase();

function headEnd(text: string): number {
  const index = text.indexOf('\r\n\r\n');
  return index === -1 ? text.length : index + 4;
}

/** Where a header line begins; the first is 0. Never in the request line, nor behind the head. */
function lineStart(text: string, nth: number, head: number): number {
  const starts: number[] = [];
  for (let index = text.indexOf('\r\n'); index !== -1 && index + 2 < head; index = text.indexOf('\r\n', index + 2)) {
    starts.push(index + 2);
  }
  return starts[nth % Math.max(1, starts.length)] ?? text.length;
}

function targetOf(text: string): readonly [start: number, end: number] {
  const start = text.indexOf(' ') + 1;
  const end = text.indexOf(' ', start);
  return [start, end === -1 ? start : end];
}
