import { unreachable } from '../../std/assert.ts';
import type { Json } from '../../std/canonical-json.ts';
import { formatMicros, fromMajor, minorDigits, type Currency, type Micros } from '../../std/money.ts';
import { concerns } from '../../engine/policy.ts';
import type { FieldForm } from '../world/world.ts';
import type { Ground, Operation } from './ground.ts';
import { writtenRoute } from './ground/written.ts';

/** By place: what an operation's fields are filled with. */
export type Values = Readonly<Record<string, Json>>;

/** What a request is filled with, in whole numbers; 0 is the simplest of each. */
export interface Choice {
  /** Which of the world's ids stands where the subject is. */
  readonly subject: number;
  /** How its other fields are filled: 0 leaves out what may be left out. */
  readonly variant: number;
  /** Which of {@link amountsFor}. */
  readonly amount: number;
}

const MICRO_DIGITS = 6;

/** Fills an operation's fields. The same choice gives the same values. */
export function valuesOf(ground: Ground, operation: Operation, { subject, variant, amount }: Choice): Values {
  const { fields, subjectAt, amountAt, currencyAt } = operation;
  const currency = currencyFor(ground, operation);
  const main = subjectAt ?? Object.keys(fields).find((place) => fields[place]?.kind === 'id');
  const values: Record<string, Json> = {};
  let optionals = 0;
  for (const [place, field] of Object.entries(fields)) {
    if (place === amountAt && field.kind === 'amount') {
      const amounts = amountsFor(ground, operation);
      values[place] = amountIn(field, amounts[amount % amounts.length] as Micros, currency);
    } else if (place === main) {
      values[place] = listed(field, valueOf(ground, field, subject));
    } else if (place === currencyAt) {
      if (field.optional !== true || !hasDefault(ground, operation)) values[place] = spelled(field, currency);
    } else if (field.optional === true) {
      optionals += 1;
      if (variant === optionals || variant === ALL) values[place] = listed(field, valueOf(ground, field, subject));
    } else {
      values[place] = listed(field, valueOf(ground, field, variant));
    }
  }
  return values;
}

/** Variants from here on fill in everything. */
const ALL = 6;

/** Amounts that the operation may be tried with, the simplest first: what is certainly allowed, then each limit and its neighbours. */
export function amountsFor(ground: Ground, operation: Operation): readonly Micros[] {
  const known = AMOUNTS.get(operation);
  if (known !== undefined) return known;
  const currency = currencyFor(ground, operation);
  const minor = minorUnit(currency);
  const least = leastOf(operation, currency);
  const near = (ground.amounts[currency] ?? []).flatMap((limit) => [limit, limit - minor, limit + minor, limit / 2n]);
  const whole = [least, ...near].map((micros) => micros - (micros % minor)).filter((micros) => micros > 0n);
  const made = [...new Set(whole)];
  AMOUNTS.set(operation, made);
  return made;
}

/** An operation belongs to one ground. */
const AMOUNTS = new WeakMap<Operation, readonly Micros[]>();

export function minorUnit(currency: Currency): Micros {
  return 10n ** BigInt(MICRO_DIGITS - minorDigits(currency));
}

/** One unit, or what a collar asks at least. */
function leastOf({ route, allowed }: Operation, currency: Currency): Micros {
  const minimums = allowed.flatMap(({ rules }) =>
    rules.collar.flatMap(({ routes, min }) =>
      route !== null && concerns(routes, route.id) && min?.currency === currency ? [min.micros] : [],
    ),
  );
  const unit = fromMajor('1', currency)?.micros ?? 0n;
  return minimums.reduce((least, one) => (one > least ? one : least), unit);
}

/** The currency of an operation's calls, where nobody plays tricks with it. */
export function currencyFor({ loaded, amounts }: Ground, { route, price, currencyAt, fields }: Operation): Currency {
  const field = currencyAt === undefined ? undefined : fields[currencyAt];
  const byDefault = route === null ? undefined : writtenRoute(loaded, route.id).amount?.default;
  const ofField = field?.kind === 'currency' ? field.of[0] : undefined;
  return (price?.currency ?? byDefault ?? ofField ?? Object.keys(amounts)[0] ?? 'USD').toUpperCase();
}

function hasDefault({ loaded }: Ground, { route }: Operation): boolean {
  return route === null || writtenRoute(loaded, route.id).amount?.default !== undefined;
}

/** As this API writes amounts. */
export function amountIn(field: FieldForm, micros: Micros, currency: Currency): Json {
  if (field.kind === 'amount' && field.unit === 'minor') return Number(micros / minorUnit(currency));
  return formatMicros(micros, currency);
}

function spelled(field: FieldForm, currency: Currency): Json {
  if (field.kind !== 'currency') return currency.toLowerCase();
  return field.of.find((code) => code.toUpperCase() === currency) ?? currency.toLowerCase();
}

function listed({ many }: FieldForm, value: Json): Json {
  return many === undefined ? value : [value];
}

function valueOf({ ids }: Ground, field: FieldForm, index: number): Json {
  switch (field.kind) {
    case 'id':
      return at(ids[field.of] ?? [], index) ?? 'none';
    case 'choice':
      return at(field.of, index) ?? null;
    case 'currency':
      return at(field.of, index) ?? 'usd';
    case 'text':
      return field.like;
    case 'number':
      return Math.min(field.max, field.min + index);
    case 'amount':
      return field.unit === 'minor' ? 100 : '1.00';
    default:
      return unreachable(field);
  }
}

function at<One>(list: readonly One[], index: number): One | undefined {
  return list.length === 0 ? undefined : list[index % list.length];
}
