/** A shorter key would be found in innocent answers by chance. */
export const SECRET_LENGTH_MIN = 8;

/** A key, and all that is looked for of it. Everything is in lower case: a hexadecimal digit or an escape has no other meaning in capitals. */
export interface KeyForms {
  /** Each secret as it is, and in the encodings that leave nothing of it to be seen. */
  readonly all: readonly string[];
  readonly shortest: number;
  /** Of the longest form, every character escaped. */
  readonly longestEscaped: number;
  /** Every character that a beginning of one can end with, within an escape included. */
  readonly lasts: ReadonlySet<string>;
}

const KNOWN = new WeakMap<readonly string[], KeyForms>();

/** The forms of an upstream's secrets, worked out once for each list of them. */
export function formsOf(secrets: readonly string[]): KeyForms {
  const known = KNOWN.get(secrets);
  if (known !== undefined) return known;
  const watched = secrets.filter(({ length }) => length >= SECRET_LENGTH_MIN);
  const all = [...new Set(watched.flatMap((each) => [each, ...encodings(each)]).map((each) => each.toLowerCase()))];
  const lengths = all.map(({ length }) => length);
  const forms = {
    all,
    shortest: Math.min(...lengths),
    longestEscaped: Math.max(0, ...lengths) * ESCAPE_LENGTH_MAX,
    lasts: new Set(all.join('') + ESCAPES_HOLD),
  };
  KNOWN.set(secrets, forms);
  return forms;
}

/** Hexadecimal, and base64 in both alphabets wherever in an encoded text the secret begins (`Bearer KEY` in base64). */
function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // Only the characters that the secret alone decides: the first and the last may share their bits with its neighbours.
    const from = Math.ceil((shift * 8) / 6);
    return text.slice(from, Math.floor(((shift + bytes.length) * 8) / 6));
  });
  const urlSafe = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [bytes.toString('hex'), ...base64, ...urlSafe];
}

/** What escapes are written with; quotes among them only where a secret has some. */
const ESCAPES_HOLD = '%\\&#;0123456789abcdefghijklmnopqrstuvwxyz';
/** `&#0000115;`: an escape with more zeros is none that anything writes. */
const ESCAPE_LENGTH_MAX = 10;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Of a URL, of JSON and other strings in quotes, of HTML and XML. */
const ESCAPE =
  /%([0-9a-f]{2})|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|\\(["'\\/])|&#x([0-9a-f]{1,5});|&#(\d{1,7});|&(amp|lt|gt|quot|apos);/g;
const BEGUN = /(?:%[0-9a-f]?|\\(?:u[0-9a-f]{0,3}|x[0-9a-f]?)?|&(?:#x?[0-9a-f]{0,7}|[a-z]{0,4})?)$/;

/** A text in lower case with its escapes undone, once. */
export function unescaped(text: string): string {
  if (!/[%\\&]/.test(text)) return text;
  return text.replaceAll(ESCAPE, (_, percent, json, string, quoted, entityHex, entity, named) => {
    if (quoted !== undefined) return quoted as string;
    if (named !== undefined) return NAMED[named as string] as string;
    const code = entity === undefined ? parseInt(percent ?? json ?? string ?? entityHex, 16) : Number(entity);
    return code < 0x110000 ? String.fromCodePoint(code).toLowerCase() : ' ';
  });
}

/** Whether the text (in lower case) holds the key in any form. */
export function holdsKey(text: string, { all, shortest }: KeyForms): boolean {
  if (text.length < shortest) return false;
  if (all.some((form) => text.includes(form))) return true;
  const bare = unescaped(text);
  return bare !== text && all.some((form) => bare.includes(form));
}

/** Whether the text (in lower case) may go on to be the key: it is a proper beginning of a form, perhaps within an escape. */
export function beginsKey(text: string, { all }: KeyForms): boolean {
  if (all.some((form) => form.startsWith(text))) return true;
  if (!/[%\\&]/.test(text)) return false;
  const bare = unescaped(text.replace(BEGUN, ''));
  return all.some((form) => form.startsWith(bare));
}
