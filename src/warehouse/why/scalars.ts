/** One plain value of a document, and where in it. */
export interface Scalar {
  /** `data[0].customer`; empty for a document that is one value. */
  readonly path: string;
  readonly kind: 'string' | 'number' | 'literal';
  /** A string's characters; a number or literal as it was written. */
  readonly text: string;
}

/** More than any document that a record keeps holds; bounds what hostile text costs. */
export const SCALARS_MAX = 20_000;
/** Deeper lies nothing that anybody meant to be found. */
const DEPTH_MAX = 64;

/**
 * Every string, number and literal of a JSON text, in its order. A text that was cut off gives what stands before the cut:
 * the journal keeps only the start of a long answer, and a value in it was seen all the same. Numbers stay as they were
 * written: `1200.50` must not become `1200.5` before somebody compares it.
 *
 * A text that is no JSON gives what looked like it so far, which for other texts is nothing.
 */
export function scalarsOf(json: string): readonly Scalar[] {
  return new Reading(json).scalars();
}

class Reading {
  readonly #json: string;
  #at = 0;
  readonly #stack: Level[] = [];
  #key: string | undefined;
  readonly #found: Scalar[] = [];

  constructor(json: string) {
    this.#json = json;
  }

  scalars(): readonly Scalar[] {
    while (this.#found.length < SCALARS_MAX && this.#step()) continue;
    return this.#found;
  }

  /** Reads one token; false at the end, at a cut, and at what no JSON has. */
  #step(): boolean {
    while (BLANK.has(this.#json.charCodeAt(this.#at))) this.#at += 1;
    const character = this.#json[this.#at];
    if (character === undefined) return false;
    if (character === '"') return this.#text();
    if (!PUNCTUATION.has(character)) return this.#bare();
    this.#at += 1;
    return this.#punctuation(character);
  }

  #text(): boolean {
    const end = endOfText(this.#json, this.#at + 1);
    if (end === -1) return false;
    const text = unquoted(this.#json.slice(this.#at + 1, end));
    this.#at = end + 1;
    const top = this.#stack.at(-1);
    if (top?.kind === 'object' && top.awaitsKey) this.#key = text;
    else this.#found.push({ path: pathOf(this.#stack, this.#key), kind: 'string', text });
    return true;
  }

  #bare(): boolean {
    BARE.lastIndex = this.#at;
    const text = BARE.exec(this.#json)?.[0];
    if (text === undefined) return false;
    this.#at += text.length;
    // A number that the cut runs through is not that number.
    if (this.#at === this.#json.length && this.#stack.length > 0) return false;
    const kind = /^[-\d]/.test(text) ? 'number' : 'literal';
    this.#found.push({ path: pathOf(this.#stack, this.#key), kind, text });
    return true;
  }

  #punctuation(character: string): boolean {
    const top = this.#stack.at(-1);
    switch (character) {
      case '{':
      case '[': {
        if (this.#stack.length >= DEPTH_MAX) return false;
        const kind = character === '{' ? 'object' : 'list';
        this.#stack.push({ kind, path: pathOf(this.#stack, this.#key), awaitsKey: kind === 'object', index: 0 });
        this.#key = undefined;
        return true;
      }
      case '}':
      case ']':
        this.#stack.pop();
        return true;
      case ',':
        if (top === undefined) return false;
        top.index += 1;
        top.awaitsKey = top.kind === 'object';
        return true;
      default:
        if (top !== undefined) top.awaitsKey = false;
        return true;
    }
  }
}

const BLANK: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const PUNCTUATION: ReadonlySet<string> = new Set('{}[],:');
const BARE = /-?\d[\d.eE+-]*|true|false|null/y;

/** The place of the quote that ends a string; -1 where it is cut off. No regular expression: a body may be megabytes. */
function endOfText(json: string, start: number): number {
  for (let at = json.indexOf('"', start); at !== -1; at = json.indexOf('"', at + 1)) {
    let slashes = 0;
    while (json[at - 1 - slashes] === '\\' && at - 1 - slashes >= start) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

interface Level {
  readonly kind: 'object' | 'list';
  readonly path: string;
  awaitsKey: boolean;
  index: number;
}

function pathOf(stack: readonly Level[], key: string | undefined): string {
  const top = stack.at(-1);
  if (top === undefined) return '';
  if (top.kind === 'list') return `${top.path}[${top.index}]`;
  return joined(top.path, key ?? '');
}

/** `a.b`, and `a["odd key"]` where a dot would be read as another thing. */
export function joined(path: string, key: string): string {
  if (!/^[\w$-]{1,80}$/.test(key)) return `${path}[${JSON.stringify(key.length > 80 ? `${key.slice(0, 79)}…` : key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function unquoted(inside: string): string {
  if (!inside.includes('\\')) return inside;
  try {
    return JSON.parse(`"${inside}"`) as string;
  } catch {
    return inside;
  }
}
