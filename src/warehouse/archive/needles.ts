import { POLICY_KEY } from '../why/archive.ts';

const LINE_FEED = 0x0a;

/**
 * Bytes of which one stands in every line that mentions an identifier, however it was spelt there. Letters and digits of ASCII
 * stand in a line as they are, unless a client went out of its way: those spellings are looked for as well.
 * `undefined`: there are no such bytes, and every line may mention it.
 */
export function needleOf(key: string): string | undefined {
  if (key === POLICY_KEY) return '"kind":"policy"';
  const runs = (key.startsWith('\0') ? key.slice(key.indexOf(' ') + 1) : key).match(/[A-Za-z0-9]+/g) ?? [];
  return runs.reduce<string | undefined>(
    (longest, run) => (run.length > (longest?.length ?? 0) ? run : longest),
    undefined,
  );
}

/** The lines, by the place of their first byte, that have a needle in them; in order. */
export function* linesWith(bytes: Buffer, needle: string): Generator<number> {
  const sought = Buffer.from(needle);
  for (let at = bytes.indexOf(sought); at !== -1;) {
    yield bytes.lastIndexOf(LINE_FEED, at) + 1;
    const end = bytes.indexOf(LINE_FEED, at);
    at = end === -1 ? -1 : bytes.indexOf(sought, end);
  }
}

/** The lines in which a letter or digit is spelt as an escape: `\\u0061` of a body's JSON, `%61` of a form or a path. */
export function oddLines(bytes: Buffer): readonly number[] {
  const lines = new Set(linesWith(bytes, String.raw`\\u00`));
  for (let at = bytes.indexOf(PERCENT); at !== -1; at = bytes.indexOf(PERCENT, at + 1)) {
    const spelt = Number.parseInt(bytes.toString('latin1', at + 1, at + 3), 16);
    if (/[A-Za-z0-9]/.test(String.fromCharCode(spelt))) lines.add(bytes.lastIndexOf(LINE_FEED, at) + 1);
  }
  return [...lines];
}

const PERCENT = 0x25;
