/** A shorter key would be found in innocent answers by chance. */
export const SECRET_LENGTH_MIN = 8;

/** A key, and all that is looked for of it. Everything is in lower case: a hexadecimal digit or an escape has no other meaning in capitals. */
export interface KeyForms {
  /** Each secret as it is, and in the encodings that leave nothing of it to be seen. */
  readonly all: readonly string[];
  readonly shortest: number;
  readonly longest: number;
  /** Of the longest form, every character escaped. */
  readonly longestEscaped: number;
  /** Every character that one begins with, within an escape included. */
  readonly firsts: ReadonlySet<string>;
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
  const longest = Math.max(0, ...lengths);
  const forms = {
    all,
    shortest: Math.min(...lengths),
    longest,
    longestEscaped: longest * ESCAPE_LENGTH_MAX,
    firsts: new Set([...all.map((form) => form[0] as string), ...ESCAPE_BEGINS]),
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
/** The same at one place, and the beginning of one that the text ends in. */
const ESCAPE_HERE = new RegExp(ESCAPE.source, 'y');
const BEGUN_HERE = /(?:%[0-9a-f]?|\\(?:u[0-9a-f]{0,3}|x[0-9a-f]?)?|&(?:#x?[0-9a-f]{0,7}|[a-z]{0,4})?)$/y;
const ESCAPE_BEGINS: ReadonlySet<string> = new Set(['%', '\\', '&']);

/** A text in lower case with its escapes undone, once. */
export function unescaped(text: string): string {
  if (!/[%\\&]/.test(text)) return text;
  return text.replaceAll(ESCAPE, meaning);
}

function meaning(
  _: string,
  ...[percent, json, string, quoted, entityHex, entity, named]: (string | undefined)[]
): string {
  if (quoted !== undefined) return quoted;
  if (named !== undefined) return NAMED[named] as string;
  const code = entity === undefined ? parseInt((percent ?? json ?? string ?? entityHex) as string, 16) : Number(entity);
  return code < 0x110000 ? String.fromCodePoint(code).toLowerCase() : ' ';
}

/** Whether the text (in lower case) holds the key in any form. */
export function holdsKey(text: string, { all, shortest }: KeyForms): boolean {
  if (text.length < shortest) return false;
  if (all.some((form) => text.includes(form))) return true;
  const bare = unescaped(text);
  return bare !== text && all.some((form) => bare.includes(form));
}

/** Whether the text (in lower case) may go on, from here to its end, to be the key: as it is, or perhaps within an escape. */
export function beginsKey(text: string, from: number, { all, longest }: KeyForms): boolean {
  if (text.length - from <= longest) {
    const rest = text.slice(from);
    if (all.some((form) => form.startsWith(rest))) return true;
  }
  return all.some((form) => beginsEscaped(text, from, form));
}

/** Reads no further than text and form agree: nearly always one character, whatever an upstream answers. */
function beginsEscaped(text: string, from: number, form: string): boolean {
  let at = from;
  for (let said = 0; at < text.length;) {
    const first = text[at] as string;
    let means = first;
    let bytes = 1;
    if (ESCAPE_BEGINS.has(first)) {
      BEGUN_HERE.lastIndex = at;
      if (BEGUN_HERE.test(text)) return true;
      ESCAPE_HERE.lastIndex = at;
      const escape = ESCAPE_HERE.exec(text);
      if (escape !== null) {
        means = meaning(...(escape as unknown as [string, ...string[]]));
        bytes = escape[0].length;
      }
    }
    if (!form.startsWith(means, said)) return false;
    said += means.length;
    at += bytes;
  }
  return true;
}
