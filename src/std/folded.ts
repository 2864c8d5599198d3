const VISIBLE_ASCII = /^[!-~]*$/;
const INVISIBLE = /\p{Cf}/gu;

/** Whether a name has only `a-z 0-9 _ -`, and so is its own folded form. Most are; a loop tells faster than a regex. */
export function isPlain(name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index);
    if (!((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x5f || code === 0x2d))
      return false;
  }
  return true;
}

/** The form in which two texts that an upstream may confuse are equal: by case, by Unicode's spelling, by blanks around them. */
export function folded(name: string): string {
  if (isFolded(name)) return name;
  return VISIBLE_ASCII.test(name)
    ? name.toLowerCase()
    : name.normalize('NFKC').replace(INVISIBLE, '').trim().toLowerCase();
}

/** Visible ASCII without capitals or blanks is its own folded form; most ids are. A loop tells faster than a regex. */
export function isFolded(name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index);
    if (code < 0x21 || code > 0x7e || (code >= 0x41 && code <= 0x5a)) return false;
  }
  return true;
}
