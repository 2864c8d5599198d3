/** A piece of a text: [start, end), and the way to the value that stands there. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly path: readonly string[];
}

/**
 * Where values stand in a JSON text: the outermost ones that `wanted` says yes to, `null` left out. Positions in lists
 * are steps of the path like names. A name that stands twice in an object counts twice.
 *
 * @param text must be JSON: whoever calls has parsed it. Deeper nesting than a parser takes throws.
 */
export function jsonSpans(text: string, wanted: (path: readonly string[]) => boolean): readonly Span[] {
  const walk = new Walk(text, wanted);
  walk.value();
  return walk.spans;
}

class Walk {
  readonly spans: Span[] = [];
  readonly #text: string;
  readonly #wanted: (path: readonly string[]) => boolean;
  readonly #path: string[] = [];
  #at = 0;
  /** Inside of a value that is wanted as a whole. */
  #inside = false;

  constructor(text: string, wanted: (path: readonly string[]) => boolean) {
    this.#text = text;
    this.#wanted = wanted;
  }

  value(): void {
    this.#blanks();
    const start = this.#at;
    const isOuter = !this.#inside && this.#path.length > 0 && this.#wanted(this.#path);
    if (isOuter) this.#inside = true;
    this.#skip();
    if (!isOuter) return;
    this.#inside = false;
    if (this.#text.startsWith('null', start)) return;
    this.spans.push({ start, end: this.#at, path: [...this.#path] });
  }

  #skip(): void {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#members('}');
      case '[':
        return this.#members(']');
      case '"':
        this.#string();
        return;
      default: {
        SCALAR.lastIndex = this.#at;
        this.#at += SCALAR.exec(this.#text)?.[0].length ?? 1;
      }
    }
  }

  #members(close: '}' | ']'): void {
    this.#at += 1;
    for (let index = 0; ; index += 1) {
      this.#blanks();
      if (this.#at >= this.#text.length) return;
      if (this.#text[this.#at] === close) {
        this.#at += 1;
        return;
      }
      if (this.#text[this.#at] === ',') this.#at += 1;
      this.#blanks();
      this.#path.push(close === '}' ? this.#name() : String(index));
      this.value();
      this.#path.pop();
    }
  }

  #name(): string {
    const raw = this.#string();
    this.#blanks();
    this.#at += 1;
    return raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
  }

  #string(): string {
    const start = this.#at;
    STRING.lastIndex = start;
    this.#at += STRING.exec(this.#text)?.[0].length ?? 1;
    return this.#text.slice(start, this.#at);
  }

  #blanks(): void {
    while (BLANK.includes(this.#text[this.#at] ?? '.')) this.#at += 1;
  }
}

const BLANK = ' \t\n\r';
const SCALAR = /[^\s,\]}]+/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
