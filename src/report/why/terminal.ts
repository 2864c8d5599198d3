/** How a terminal shows what matters; {@link plainStyle} where there is none. */
export interface TextStyle {
  readonly bold: (text: string) => string;
  readonly heading: (text: string) => string;
  readonly quiet: (text: string) => string;
  readonly alarm: (text: string) => string;
}

const asIs = (text: string): string => text;

export const plainStyle: TextStyle = { bold: asIs, heading: (text) => `-- ${text} --`, quiet: asIs, alarm: asIs };

const sgr = (code: number) => (text: string) => `\u001B[${code}m${text}\u001B[0m`;

export const colourStyle: TextStyle = {
  bold: sgr(1),
  heading: (text) => sgr(1)(sgr(36)(text)),
  quiet: sgr(2),
  alarm: sgr(31),
};

const SEGMENTS = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Narrower than this nothing can be read. */
const WIDTH_MIN = 20;

/**
 * A text in lines of at most `width` characters as a terminal shows them, broken between words where it can be; never so
 * that a word of a hundred characters pushes a line out of the window.
 */
export function wrapped(text: string, width: number): readonly string[] {
  const max = Math.max(WIDTH_MIN, width);
  return text.split('\n').flatMap((line) => wrappedLine(line, max));
}

function wrappedLine(line: string, max: number): readonly string[] {
  if (line.length <= max && isNarrow(line)) return [line];
  const indent = /^ */.exec(line)?.[0].slice(0, max / 2) ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line.trimStart().split(' ')) {
    const room = max - indent.length;
    if (widthOf(current) + widthOf(word) + (current === '' ? 0 : 1) <= room) {
      current = current === '' ? word : `${current} ${word}`;
      continue;
    }
    if (current !== '') lines.push(indent + current);
    const pieces = cut(word, room);
    lines.push(...pieces.slice(0, -1).map((piece) => indent + piece));
    current = pieces.at(-1) ?? '';
  }
  return [...lines, indent + current];
}

function cut(word: string, room: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const { segment } of SEGMENTS.segment(word)) {
    const width = widthOf(segment);
    if (used + width > room && piece !== '') {
      pieces.push(piece);
      [piece, used] = ['', 0];
    }
    piece += segment;
    used += width;
  }
  return [...pieces, piece];
}

/** Letters of East Asian scripts and emoji take two columns. */
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;

// oxlint-disable-next-line no-control-regex -- whether nothing but ASCII is in it
const isNarrow = (text: string): boolean => /^[\u0000-\u007F]*$/.test(text);

function widthOf(text: string): number {
  if (isNarrow(text)) return text.length;
  let width = 0;
  for (const { segment } of SEGMENTS.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}
