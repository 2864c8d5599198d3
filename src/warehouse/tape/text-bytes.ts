/** A text that needs more than a byte a unit. */
const WIDE = /[^\0-\xff]/;
/** What stands before a text's bytes: how they are to be read. */
const LATIN1 = 0;
const UTF16 = 1;

/**
 * Writes a text as bytes: any text as it is, halves of surrogate pairs too, and two different ones never as the same.
 * There must be room for {@link bytesMax} of it.
 *
 * @returns where it ends
 */
export function writeText(bytes: Buffer, text: string, start: number): number {
  const isWide = WIDE.test(text);
  bytes[start] = isWide ? UTF16 : LATIN1;
  return start + 1 + bytes.write(text, start + 1, isWide ? 'utf16le' : 'latin1');
}

export function bytesMax(text: string): number {
  return 1 + 2 * text.length;
}

export function textOf(bytes: Buffer, start: number, end: number): string {
  return bytes.toString(bytes[start] === UTF16 ? 'utf16le' : 'latin1', start + 1, end);
}
