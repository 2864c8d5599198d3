import { formsOf, holdsKey, SECRET_LENGTH_MIN, type KeyForms } from '../key/forms.ts';
import { clearedAddress, clearedQuery, clearedText, isSecretHeader, REDACTED } from './secret-names.ts';
import type { NamedValue } from './lines.ts';

/** Secrets that are looked for wherever they could stand; the one learned longest ago goes. One agent has one or two. */
export const SECRETS_KEPT = 64;
/** A longer value is no credential that any header could carry; where its name stands it goes all the same. */
export const SECRET_LENGTH_MAX = 16_384;
/** A shorter value says `production`, and would be found in innocent texts, unless digits are among its letters. */
const SURE_LENGTH_MIN = 16;
const NO_WORD = /\d.*[a-z]|[a-z].*\d/i;

/** A text as it may be written down; `null`: it holds a secret in a form that cannot be taken out. */
export interface Redaction {
  readonly text: string | null;
  readonly redacted: number;
}

/**
 * What must not be written down: credentials as they pass by, and values under names that say so. Where one was seen, it is
 * taken out of everything written after that, whatever it stands in: plain, escaped, as hexadecimal or as base64.
 */
export class Secrets {
  /** The one learned last comes last. */
  readonly #known = new Set<string>();
  #forms: KeyForms = formsOf([]);

  /** The credentials of a request: `authorization`, keys in headers of their own, cookies. */
  credentials(authorization: string | undefined, apiKeys: Readonly<Record<string, string>>): void {
    if (authorization !== undefined) this.#authorization(authorization);
    for (const [name, value] of Object.entries(apiKeys)) {
      if (name === 'cookie') this.#cookies(value.split(';'));
      else this.learn(value);
    }
  }

  /** An answer's headers, those that are written down. */
  answerHeaders(headers: readonly string[]): readonly NamedValue[] {
    const kept: NamedValue[] = [];
    for (let index = 0; index < headers.length; index += 2) {
      const [name, value] = [headers[index]!.toLowerCase(), headers[index + 1]!];
      // Only the first pair of it is the cookie.
      if (name === 'set-cookie' || name === 'set-cookie2') this.#cookies([value.split(';', 1)[0]!]);
      else kept.push({ name, value });
    }
    return this.headers(kept);
  }

  headers(listed: readonly NamedValue[]): readonly NamedValue[] {
    for (const { name, value } of listed) {
      if (isSecretHeader(name)) this.learn(value);
      else for (const found of clearedAddress(value).found) this.#learnUnlessWord(found);
    }
    return listed.map(({ name, value }) => ({
      name,
      value: isSecretHeader(name) ? REDACTED : (this.#without(clearedAddress(value).text).text ?? REDACTED),
    }));
  }

  /** Path and query. */
  target(target: string): Redaction {
    const { text, found } = clearedQuery(target);
    for (const value of found) this.learn(value);
    return this.#plus(found.length, this.#without(text));
  }

  /** A body or an answer. */
  text(text: string, contentType: string | null): Redaction {
    const { text: clear, found } = clearedText(text, contentType);
    for (const value of found) this.#learnUnlessWord(value);
    return this.#plus(found.length, this.#without(clear));
  }

  /** The beginning of a text that goes on, without what may be the beginning of a secret at its end. */
  beginning(text: string, contentType: string | null): Redaction {
    const { text: clear, redacted } = this.text(text, contentType);
    const from = clear === null ? 0 : Math.max(0, clear.length - this.#forms.longestEscaped);
    return { text: clear?.slice(0, from) ?? null, redacted };
  }

  learn(secret: string): void {
    if (secret.length < SECRET_LENGTH_MIN || secret.length > SECRET_LENGTH_MAX || secret === REDACTED) return;
    if (this.#known.has(secret)) return;
    this.#known.add(secret);
    const [oldest] = this.#known;
    if (this.#known.size > SECRETS_KEPT && oldest !== undefined) this.#known.delete(oldest);
    this.#forms = formsOf([...this.#known]);
  }

  /** A password that is a word would be taken out of every sentence from here on: it goes where its name stands. */
  #learnUnlessWord(value: string): void {
    if (value.length >= SURE_LENGTH_MIN || NO_WORD.test(value)) this.learn(value);
  }

  #authorization(value: string): void {
    const [, scheme = '', token = ''] = /^(\S+)(?: +(.*))?$/.exec(value) ?? [];
    if (token === '') return this.learn(value);
    this.learn(token);
    if (scheme.toLowerCase() !== 'basic') return;
    for (const part of Buffer.from(token, 'base64').toString().split(':')) this.learn(part);
  }

  #cookies(pairs: readonly string[]): void {
    for (const pair of pairs) {
      const value = pair.slice(pair.indexOf('=') + 1).trim();
      this.#learnUnlessWord(value);
    }
  }

  #without(text: string): Redaction {
    let plain = text;
    let lower = lowered(text);
    if (!holdsKey(lower, this.#forms)) return { text, redacted: 0 };
    let redacted = 0;
    for (const form of this.#forms.all) {
      const replaced = without(plain, lower, form);
      if (replaced === undefined) continue;
      plain = replaced.text;
      lower = lowered(plain);
      redacted += replaced.count;
    }
    return holdsKey(lower, this.#forms) ? { text: null, redacted: redacted + 1 } : { text: plain, redacted };
  }

  #plus(count: number, { text, redacted }: Redaction): Redaction {
    return { text, redacted: redacted + count };
  }
}

/** Takes every `form` out in one go: an answer that is nothing but the key costs no more than another of its length. */
function without(
  plain: string,
  lower: string,
  form: string,
): { readonly text: string; readonly count: number } | undefined {
  let at = lower.indexOf(form);
  if (at === -1) return undefined;
  const pieces: string[] = [];
  let from = 0;
  for (; at !== -1; at = lower.indexOf(form, from)) {
    pieces.push(plain.slice(from, at));
    from = at + form.length;
  }
  return { text: [...pieces, plain.slice(from)].join(REDACTED), count: pieces.length };
}

/** In lower case as far as ASCII goes: places in it are places in the text. */
const lowered = (text: string): string => text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
