/**
 * A naive reference for strict JSON: recursive descent over RFC 8259's grammar, character by character, that keeps every
 * key as written and every number as its digits. `null`: some parser would read it otherwise, or not at all.
 */
export function readsOneWay(text: string): boolean {
  try {
    const reader = new Reader(text);
    reader.document();
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

const DEPTH_MAX = 64;
const ITEMS_MAX = 10_000;

class Refused extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;
  #items = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#value(0);
    this.#blank();
    if (this.#at < this.#text.length) throw new Refused('something follows');
  }

  #value(depth: number): void {
    this.#blank();
    const next = this.#text[this.#at];
    if (next === '{') return this.#container('}', depth + 1);
    if (next === '[') return this.#container(']', depth + 1);
    if (next === '"') {
      const text = this.#string();
      if (text.includes('\0')) throw new Refused('NUL');
      return;
    }
    for (const word of ['true', 'false', 'null']) if (this.#takes(word)) return;
    this.#number();
  }

  #container(close: ']' | '}', depth: number): void {
    if (depth > DEPTH_MAX) throw new Refused('depth');
    this.#count();
    this.#at += 1;
    const keys: string[] = [];
    this.#blank();
    if (this.#takes(close)) return;
    for (;;) {
      if (close === '}') {
        this.#blank();
        if (this.#text[this.#at] !== '"') throw new Refused('no key');
        keys.push(this.#string());
        this.#blank();
        if (!this.#takes(':')) throw new Refused('no colon');
      }
      this.#value(depth);
      this.#blank();
      if (this.#takes(close)) break;
      if (!this.#takes(',')) throw new Refused('no comma');
      this.#count();
    }
    checkKeys(keys);
  }

  #count(): void {
    this.#items += 1;
    if (this.#items > ITEMS_MAX) throw new Refused('items');
  }

  #string(): string {
    let value = '';
    for (this.#at += 1; ; this.#at += 1) {
      const letter = this.#text[this.#at];
      if (letter === undefined || letter < ' ') throw new Refused('in a string');
      if (letter === '"') break;
      if (letter !== '\\') {
        value += letter;
        continue;
      }
      this.#at += 1;
      const escape = this.#text[this.#at] ?? '';
      const simple = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[escape];
      if (simple !== undefined) value += simple;
      else {
        const hex = this.#text.slice(this.#at + 1, this.#at + 5);
        if (escape !== 'u' || !/^[0-9a-fA-F]{4}$/.test(hex)) throw new Refused('escape');
        value += String.fromCharCode(Number.parseInt(hex, 16));
        this.#at += 4;
      }
    }
    this.#at += 1;
    if (/[\ud800-\udfff]/u.test(value)) throw new Refused('surrogate');
    return value;
  }

  #number(): void {
    const match = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/.exec(
      this.#text.slice(this.#at, this.#at + 400),
    );
    if (match === null) throw new Refused('no value');
    const [token] = match;
    this.#at += token.length;
    if (/[0-9.eE+-]/.test(this.#text[this.#at] ?? '')) throw new Refused('number');
    if (token.length > 128 || !survivesDouble(token)) throw new Refused('number');
  }

  #takes(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #blank(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at += 1;
  }
}

/** Each once, however a lenient server compares names; none that a framework takes for something else. */
function checkKeys(keys: readonly string[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    // oxlint-disable-next-line no-control-regex
    if (/[\u0000-\u001f\u007f-\u009f]/.test(key)) throw new Refused('control character');
    const loose = key
      .normalize('NFKC')
      .replaceAll(/\p{Cf}/gu, '')
      .trim()
      .toLowerCase();
    if (['__proto__', 'constructor', 'prototype'].includes(key)) throw new Refused('reserved');
    if (['_method', 'x-http-method-override'].includes(loose)) throw new Refused('reserved');
    if (seen.has(loose)) throw new Refused('twice');
    seen.add(loose);
  }
}

/** Whether a double, printed again, is the same number, exactly: by whole numbers, scaled. */
function survivesDouble(token: string): boolean {
  const double = Number(token);
  if (!Number.isFinite(double) || Object.is(double, -0) || Math.abs(double) > 2 ** 53 - 1) return false;
  const [a, b] = [exact(token), exact(String(double))];
  const scale = a.exponent < b.exponent ? a.exponent : b.exponent;
  return a.digits * 10n ** (a.exponent - scale) === b.digits * 10n ** (b.exponent - scale);
}

function exact(token: string): { readonly digits: bigint; readonly exponent: bigint } {
  const [mantissa = '', power = '0'] = token.toLowerCase().split('e');
  const [units = '', decimals = ''] = mantissa.split('.');
  const digits = BigInt(units + decimals);
  // Zero is zero, whatever its exponent says.
  return digits === 0n ? { digits, exponent: 0n } : { digits, exponent: BigInt(power) - BigInt(decimals.length) };
}
