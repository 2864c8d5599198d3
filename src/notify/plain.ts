/** Control characters, line ends, and what turns or hides text: an agent's words must not look like the door's. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/**
 * One visible line of at most `max` characters (UTF-16 units). What agents and upstreams wrote passes here before it is
 * shown; each channel then escapes what its own format gives a meaning to.
 */
export function plain(text: string, max: number): string {
  const line = text
    .slice(0, 4 * max)
    .replaceAll(UNSEEN, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  return line.length <= max ? line : `${line.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** A word of a POSIX shell's command line: in single quotes unless it needs none. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
