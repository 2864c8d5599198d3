import { POLICY_KEY, stopsKey } from '../why/archive.ts';

const LINE_FEED = 0x0a;

/**
 * Bytes of which some stand in every line that mentions an identifier, however it was spelt there. The unreserved characters of URLs
 * stand in a line as they are, unless a client went out of its way: those spellings are looked for as well.
 * Empty: there are no such bytes, and every line may mention it.
 */
export function needlesOf(key: string): readonly string[] {
  if (key === POLICY_KEY) return ['"kind":"policy"'];
  if (key.startsWith(stopsKey(''))) return ['freeze', 'assent', 'resume', 'standing'].map((kind) => `"kind":"${kind}"`);
  // Of a session its own name is what few lines have; the agent's, in front of it, all of that agent.
  const sought = key.startsWith('\0') ? key.split(' ').slice(2).join(' ') : key;
  const runs = sought.match(/[A-Za-z0-9_.~-]+/g) ?? [];
  const [longest] = runs.toSorted((a, b) => b.length - a.length);
  return longest === undefined ? [] : [longest];
}

/**
 * The lines, by the place of their first byte, that have a needle in them; in order.
 *
 * @param from where a line begins
 */
export function* linesWith(bytes: Buffer, needle: string, from = 0): Generator<number> {
  const sought = Buffer.from(needle);
  for (let at = bytes.indexOf(sought, from); at !== -1;) {
    yield bytes.lastIndexOf(LINE_FEED, at) + 1;
    const end = bytes.indexOf(LINE_FEED, at);
    at = end === -1 ? -1 : bytes.indexOf(sought, end);
  }
}

/** The lines in which such a character is spelt as an escape: `\\u0061` of a body's JSON, `%61` of a form or a path. */
export function oddLines(bytes: Buffer): readonly number[] {
  const lines = new Set(linesWith(bytes, String.raw`\\u00`));
  for (let at = bytes.indexOf(PERCENT); at !== -1; at = bytes.indexOf(PERCENT, at + 1)) {
    const spelt = Number.parseInt(bytes.toString('latin1', at + 1, at + 3), 16);
    if (/[A-Za-z0-9_.~-]/.test(String.fromCharCode(spelt))) lines.add(bytes.lastIndexOf(LINE_FEED, at) + 1);
  }
  return [...lines];
}

const PERCENT = 0x25;
