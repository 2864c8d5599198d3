import { isCurrency, minorDigits } from '../../std/money.ts';
import type { CallEntry, GrantEntry, NoteEntry, OutcomeEntry, Recorded } from '../../journal/entry.ts';
import { requestScalars, type Parameter } from './request.ts';
import { scalarsOf, type Scalar } from './scalars.ts';
import type { Sighting, Traced, Unread, ValueOrigin } from './told.ts';

/** What a session had been shown and told before a call. */
export interface Known {
  /** Calls that had been answered before, the oldest first. */
  readonly answered: readonly { readonly entry: CallEntry; readonly outcome: OutcomeEntry }[];
  /** The call's grant and those it was narrowed from. */
  readonly grants: readonly GrantEntry[];
  readonly notes: readonly Recorded<NoteEntry>[];
}

/** More values than a person reads; a bulk call has thousands. */
export const TRACED_MAX = 200;
const EXCERPT_AROUND = 60;
/** A commitment to a value, as `src/journal/vault/seal.ts` writes it. */
const SEAL = /sealed_[A-Za-z0-9_-]{43}/;
const SEALED = new RegExp(`^${SEAL.source}$`);
/** A text of fewer characters stands in another by chance. */
const WITHIN_LENGTH_MIN = 5;
/** Fewer characters mean nothing: a page number, a flag, a country. */
const TELLING_LENGTH_MIN = 3;
/** A number of fewer digits under another name may be another number. */
const TELLING_DIGITS_MIN = 5;

/**
 * Where each value of a request came from: which answer of the session held the same value, first and last, else the task's
 * declared values, else a text that it had read, the task's own words, its notes.
 *
 * INVARIANT: an origin is only named where the very value stands there. What nobody gave is `nowhere`: the agent made it up,
 * knew it from elsewhere, or computed it.
 */
export function traceValues(entry: CallEntry, known: Known, isParameter: (step: number) => boolean): readonly Traced[] {
  const index = new Answers(known.answered);
  return requestScalars(entry)
    .filter((one) => one.in !== 'path' || isParameter(Number(one.path)))
    .slice(0, TRACED_MAX)
    .map((parameter) => ({
      in: parameter.in,
      path: parameter.in === 'path' ? '' : parameter.path,
      value: parameter.text,
      origin: originOf(parameter, entry, known, index),
    }));
}

function originOf(parameter: Parameter, entry: CallEntry, known: Known, index: Answers): ValueOrigin {
  const { text } = parameter;
  if (SEALED.test(text)) return { kind: 'sealed' };
  const name = nameOf(parameter.path);
  const units = unitsOf(parameter, entry);
  // An amount is asked for even where it is short: of nothing else do people want to know more.
  if (units === undefined && isCommon(parameter)) return { kind: 'common' };
  const found = index.holding(text, units);
  const likely = found.filter((one) => nameOf(one.path) === name);
  // A number can stand for anything; an id is the same wherever it stands.
  const chosen = likely.length > 0 && isNumber(text) ? likely : found;
  const declared = declaredIn(known.grants, text);
  const [earliest] = chosen;
  if (earliest !== undefined) {
    const latest = chosen.at(-1);
    const alike = likely.length > 0 || (units !== undefined && chosen.some((one) => MONEY_NAME.test(nameOf(one.path))));
    if (!alike && isCommon(parameter)) return declared ?? { kind: 'common' };
    const perhaps = !alike && parameter.in !== 'path' && isShortNumber(text);
    return {
      kind: 'answer',
      earliest: earliest.sighting,
      ...(latest !== undefined && latest.sighting !== earliest.sighting && { latest: latest.sighting }),
      answers: new Set(chosen.map(({ sighting }) => sighting.call)).size,
      ...(perhaps && declared === undefined && { perhaps: true as const }),
    };
  }
  if (declared !== undefined) return declared;
  const within = index.within(text, units, units === undefined ? undefined : moneyText(entry));
  if (within !== undefined) return { ...within, ...index.unread };
  const money = units === undefined ? undefined : moneyText(entry);
  const said = (whole: string): boolean => stands(text, whole) || (money !== undefined && money.exec(whole) !== null);
  if (said(entry.task)) return { kind: 'task' };
  const note = known.notes.find((one) => said(one.text));
  if (note !== undefined) return { kind: 'note', at: note.at };
  return { kind: /\s/.test(text.trim()) ? 'words' : 'nowhere', ...index.unread };
}

/** What an amount is called in an answer, whatever the request calls it. */
const MONEY_NAME = /amount|balance|cents|cost|due|fee|price|refund|sum|total|value/;

/** The last step of a path, without its place in a list: `data[0].customer` → `customer`. */
function nameOf(path: string): string {
  return (/([^.[\]]+)(?:\[\d+\])*$/.exec(path)?.[1] ?? path).toLowerCase();
}

function isCommon({ kind, text }: Scalar): boolean {
  if (kind === 'literal' || /^(true|false|null|yes|no)$/i.test(text)) return true;
  if (text.trim().length < TELLING_LENGTH_MIN) return true;
  return /^[a-z]{3}$/i.test(text) && isCurrency(text.toUpperCase());
}

const isNumber = (text: string): boolean => /^-?[\d.]+$/.test(text);

const isShortNumber = (text: string): boolean => isNumber(text) && text.length < TELLING_DIGITS_MIN;

/** Other ways to write the amount that a call moves, by what they are: minor units as major ones, and back. */
type Units = ReadonlyMap<string, string>;

/** `undefined`: this value is not the call's amount. */
function unitsOf({ text, in: where }: Parameter, { facts: { amount } }: CallEntry): Units | undefined {
  if (where === 'path' || amount === null || 'fault' in amount || !/^\d{1,18}(\.\d{1,6})?$/.test(text))
    return undefined;
  const micros = BigInt(amount.micros);
  const digits = minorDigits(amount.currency);
  const minor = micros / 10n ** BigInt(6 - digits);
  const inMinor = minor * 10n ** BigInt(6 - digits) === micros ? String(minor) : undefined;
  const major = decimal(micros);
  if (text !== inMinor && plain(text) !== major) return undefined;
  const units = new Map<string, string>();
  const fixed = fixedOf(micros, digits);
  for (const way of [major, fixed]) units.set(way, `${fixed} ${amount.currency}`);
  if (inMinor !== undefined) units.set(inMinor, `${fixed} ${amount.currency}`);
  units.delete(text);
  return units;
}

/** 12_500_000n → `12.5` */
function decimal(micros: bigint): string {
  return plain(`${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`);
}

/** How people write currencies beside an amount. */
const SIGNS: Readonly<Record<string, string>> = {
  EUR: '€|euros?',
  GBP: '£|pounds?',
  JPY: '¥|yen',
  USD: '\\$|dollars?',
};

/** The call's amount as people write it within a text: `500 USD`, `$1,500.00`; only with its currency, for `500` may be anything. */
function moneyText({ facts: { amount } }: CallEntry): RegExp | undefined {
  if (amount === null || 'fault' in amount) return undefined;
  const { micros, currency } = amount;
  if (!isCurrency(currency)) return undefined;
  const digits = minorDigits(currency);
  const grouped = (number: string): string => number.replace(/\B(?=(?:\d{3})+(?!\d))/g, ',?').replace('.', '\\.');
  const [major, fraction] = decimal(BigInt(micros)).split('.');
  const whole = grouped(major ?? '');
  const number =
    fraction === undefined
      ? digits === 0
        ? whole
        : `${whole}(?:\\.0{${digits}})?`
      : `${whole}\\.${fraction}0{0,${Math.max(0, digits - fraction.length)}}`;
  const sign = `(?:${[currency, SIGNS[currency]].filter((one) => one !== undefined).join('|')})`;
  const [from, to] = ['(?<![\\p{L}\\p{N}_.,])', '(?![\\p{L}\\p{N}_]|[.,]\\d)'];
  return new RegExp(`${from}(?:${sign}\\s?${number}|${number}\\s?${sign})${to}`, 'iu');
}

function fixedOf(micros: bigint, digits: number): string {
  const whole = `${micros / 1_000_000n}`;
  return digits === 0
    ? whole
    : `${whole}.${String(micros % 1_000_000n)
        .padStart(6, '0')
        .slice(0, digits)}`;
}

const plain = (number: string): string => (number.includes('.') ? number.replace(/\.?0+$/, '') : number);

function declaredIn(grants: readonly GrantEntry[], text: string): ValueOrigin | undefined {
  for (const { grant, values = {}, by } of grants) {
    for (const [name, declared] of Object.entries(values)) {
      if (declared.includes(text)) return { kind: 'declared', name, grant, by };
    }
  }
  return undefined;
}

interface Held extends Scalar {
  readonly sighting: Sighting;
}

/** What stood in a session's answers, by value. */
class Answers {
  readonly #byValue = new Map<string, Held[]>();
  readonly #texts: Held[] = [];
  /** Those that cannot be looked into whole: what stands nowhere else may stand there. */
  readonly unread: Unread;

  constructor(answered: Known['answered']) {
    const unread = answered.filter(({ outcome }) => isUnread(outcome)).length;
    this.unread = unread === 0 ? {} : { unread };
    for (const { entry, outcome } of answered) {
      const { answer, origin = 'real' } = outcome;
      if (answer === null || answer === '') continue;
      const request = `${entry.method} ${entry.target}`;
      const looksLikeJson = /^\s*[{["\d-]/.test(answer) && outcome.contentType?.includes('html') !== true;
      const scalars = looksLikeJson ? scalarsOf(answer) : [];
      const whole: Scalar[] = scalars.length > 0 ? [] : [{ path: '', kind: 'string', text: answer }];
      for (const scalar of [...scalars, ...whole]) {
        const sighting: Sighting = { call: entry.call, at: outcome.at, request, path: scalar.path, origin };
        const held = { ...scalar, sighting };
        if (/\s/.test(scalar.text)) this.#texts.push(held);
        const known = this.#byValue.get(scalar.text);
        if (known === undefined) this.#byValue.set(scalar.text, [held]);
        else known.push(held);
      }
    }
  }

  /** The oldest first. */
  holding(text: string, units: Units = new Map()): readonly Held[] {
    const same = this.#byValue.get(text) ?? [];
    if (same.length > 0 || units.size === 0) return same;
    const others = [...units].flatMap(([way, as]) =>
      (this.#byValue.get(way) ?? []).map((one) => ({ ...one, sighting: { ...one.sighting, as } })),
    );
    return others.sort((a, b) => a.sighting.at - b.sighting.at);
  }

  /** As a word of its own in a longer text; an amount also as people write it, `150.00`. */
  within(text: string, units: Units = new Map(), money?: RegExp): Extract<ValueOrigin, { kind: 'text' }> | undefined {
    for (const way of [text, ...[...units.keys()].filter((one) => one.includes('.'))]) {
      for (const { text: whole, sighting } of this.#texts) {
        const at = placeIn(way, whole);
        if (at === -1) continue;
        const as = units.get(way);
        return {
          kind: 'text',
          seen: { ...sighting, ...(as !== undefined && { as }) },
          excerpt: excerptOf(whole, at, way.length),
        };
      }
    }
    if (money === undefined) return undefined;
    for (const { text: whole, sighting } of this.#texts) {
      const found = money.exec(whole);
      if (found === null) continue;
      const [as] = units.values();
      const seen = { ...sighting, ...(as !== undefined && { as }) };
      return { kind: 'text', seen, excerpt: excerptOf(whole, found.index, found[0].length) };
    }
    return undefined;
  }
}

function isUnread({ answer, answerBytes }: OutcomeEntry): boolean {
  return Buffer.byteLength(answer ?? '') < answerBytes || (answer !== null && SEAL.test(answer));
}

function excerptOf(whole: string, at: number, length: number): string {
  const from = Math.max(0, at - EXCERPT_AROUND);
  const to = Math.min(whole.length, at + length + EXCERPT_AROUND);
  return `${from > 0 ? '…' : ''}${whole.slice(from, to).toWellFormed()}${to < whole.length ? '…' : ''}`;
}

const stands = (text: string, within: string): boolean => placeIn(text, within) !== -1;

/** Where a value stands as a word of its own; -1 where it does not, or is too short to say. */
function placeIn(text: string, within: string): number {
  if (text.length < WITHIN_LENGTH_MIN) return -1;
  for (let at = within.indexOf(text); at !== -1; at = within.indexOf(text, at + 1)) {
    const [before, after] = [within[at - 1] ?? ' ', within[at + text.length] ?? ' '];
    if (!/[\p{L}\p{N}_]/u.test(before) && !/[\p{L}\p{N}_]/u.test(after)) return at;
  }
  return -1;
}
