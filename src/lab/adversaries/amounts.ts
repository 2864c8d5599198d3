import type { Json } from '../../std/canonical-json.ts';
import { formatMicros, fromMajor, minorDigits, type Currency, type Micros } from '../../std/money.ts';
import type { RouteId } from '../../engine/ids.ts';
import { concerns } from '../../engine/policy.ts';
import type { FieldForm } from '../world/world.ts';
import type { Ground, Operation } from './ground.ts';
import { writtenRoute } from './ground/written.ts';

const MICRO_DIGITS = 6;

/** An operation belongs to one ground. */
const AMOUNTS = new WeakMap<Operation, readonly Micros[]>();
const CURRENCIES = new WeakMap<Operation, Currency>();

/** Amounts that the operation may be tried with, the simplest first: what is certainly allowed, then each limit and its neighbours. */
export function amountsFor(ground: Ground, operation: Operation): readonly Micros[] {
  const known = AMOUNTS.get(operation);
  if (known !== undefined) return known;
  const currency = currencyFor(ground, operation);
  const minor = minorUnit(currency);
  const near = (ground.amounts[currency] ?? []).flatMap((limit) => [limit, limit - minor, limit + minor, limit / 2n]);
  const whole = [leastOf(operation, currency), ...near].map((micros) => micros - (micros % minor));
  const made = [...new Set(whole.filter((micros) => micros > 0n))];
  AMOUNTS.set(operation, made);
  return made;
}

/** The currency of an operation's calls, where nobody plays tricks with it. */
export function currencyFor(ground: Ground, operation: Operation): Currency {
  let currency = CURRENCIES.get(operation);
  if (currency === undefined) CURRENCIES.set(operation, (currency = plainCurrency(ground, operation)));
  return currency;
}

function plainCurrency({ loaded, amounts }: Ground, operation: Operation): Currency {
  const { route, price, currencyAt, fields } = operation;
  const field = currencyAt === undefined ? undefined : fields[currencyAt];
  const taken = field?.kind === 'currency' ? field.of.map((code) => code.toUpperCase()) : undefined;
  const byDefault = route === null ? undefined : defaultOf(loaded, route.id);
  const collared = collarCurrencies(operation).filter((code) => taken?.includes(code) !== false);
  if (price?.currency !== undefined) return price.currency;
  if (byDefault !== undefined && (collared.length === 0 || collared.includes(byDefault))) return byDefault;
  return collared[0] ?? taken?.[0] ?? Object.keys(amounts)[0] ?? 'USD';
}

/** What collars of those who may call it allow: a bound in one currency allows no other. */
function collarCurrencies({ route, allowed }: Operation): readonly Currency[] {
  const rules = allowed.flatMap((agent) => agent.rules.collar);
  return rules.flatMap(({ routes, currencies, min, max }) => {
    if (route === null || !concerns(routes, route.id)) return [];
    return [...(currencies ?? []), ...[min, max].flatMap((bound) => bound?.currency ?? [])];
  });
}

function defaultOf(loaded: Ground['loaded'], route: RouteId): Currency | undefined {
  return writtenRoute(loaded, route).amount?.default?.toUpperCase();
}

/** Whether its requests say their currency even where they are simplest. */
export function statesCurrency(ground: Ground, operation: Operation): boolean {
  const { route, currencyAt, fields } = operation;
  if (fields[currencyAt ?? '']?.optional !== true) return true;
  const amount = route === null ? undefined : writtenRoute(ground.loaded, route.id).amount;
  const isRead = amount?.currency?.includes('.') === true;
  return isRead && amount.default?.toUpperCase() !== currencyFor(ground, operation);
}

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

/** As this API writes amounts. */
export function amountIn(field: FieldForm, micros: Micros, currency: Currency): Json {
  const { unit, as } = field.kind === 'amount' ? field : MAJOR;
  const text = unit === 'minor' ? String(micros / minorUnit(currency)) : formatMicros(micros, currency);
  return (as ?? USUAL[unit]) === 'number' ? Number(text) : text;
}

const MAJOR: Extract<FieldForm, { kind: 'amount' }> = { kind: 'amount', unit: 'major' };
const USUAL = { minor: 'number', major: 'text' } as const;
