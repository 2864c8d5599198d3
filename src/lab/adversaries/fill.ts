import { unreachable } from '../../std/assert.ts';
import type { Json } from '../../std/canonical-json.ts';
import type { Currency, Micros } from '../../std/money.ts';
import type { FieldForm } from '../world/world.ts';
import { amountIn, amountsFor, currencyFor, statesCurrency } from './amounts.ts';
import type { Ground, Operation } from './ground.ts';

/** By place: what an operation's fields are filled with. */
export type Values = Readonly<Record<string, Json>>;

/** What a request is filled with, in whole numbers; 0 is the simplest of each. */
export interface Choice {
  /** Which of the world's ids stands where the subject is. */
  readonly subject: number;
  /** How its other fields are filled: 0 leaves out what may be left out, and is in the plain currency. */
  readonly variant: number;
  /** Which of {@link amountsFor}; one more than there are leaves out an amount that may be left out. */
  readonly amount: number;
}

/** Fills in everything, what may be left out too. The variants below each fill in one of those. */
export const VARIANT_ALL = 6;

/** Fills an operation's fields. The same choice gives the same values. */
export function valuesOf(ground: Ground, operation: Operation, { subject, variant, amount }: Choice): Values {
  const { fields, amountAt, currencyAt } = operation;
  const main = mainOf(operation);
  const amounts = amountsFor(ground, operation);
  const codes = codesOf(operation, currencyFor(ground, operation));
  const stated = variant % codes.length;
  const currency = codes[stated] as Currency;
  const values: Record<string, Json> = {};
  let optionals = 0;
  for (const [place, field] of Object.entries(fields)) {
    const set = (value: Json): void => void (values[place] = field.many === undefined ? value : [value]);
    const most =
      field.kind === 'id' && variant % 2 === 1 ? Math.min(field.many ?? 1, ground.ids[field.of]?.length ?? 0) : 1;
    if (field.kind === 'amount') {
      const which = (place === amountAt ? amount : variant) % (amounts.length + (field.optional === true ? 1 : 0));
      if (which < amounts.length) set(amountIn(field, amounts[which] as Micros, currency));
    } else if (most > 1) {
      // As many as it takes, from the subject on: a bulk call is one call to whoever counts calls.
      values[place] = Array.from({ length: most }, (_, index) => valueOf(ground, field, subject + index));
    } else if (place === main) {
      set(valueOf(ground, field, subject));
    } else if (place === currencyAt) {
      if (stated > 0 || statesCurrency(ground, operation)) set(spelled(field, currency));
    } else if (field.optional === true) {
      optionals += 1;
      if (variant === optionals || variant === VARIANT_ALL) set(valueOf(ground, field, subject));
    } else {
      set(valueOf(ground, field, variant));
    }
  }
  return values;
}

/** Where what it acts on stands: as the policy says, unless the business does without that; else its first id. */
export function mainOf({ fields, subjectAt }: Operation): string | undefined {
  if (subjectAt !== undefined && fields[subjectAt]?.optional !== true) return subjectAt;
  const ids = Object.keys(fields).filter((place) => fields[place]?.kind === 'id');
  return ids.find((place) => fields[place]?.optional !== true) ?? subjectAt ?? ids[0];
}

function valueOf({ ids }: Ground, field: FieldForm, index: number): Json {
  switch (field.kind) {
    case 'id':
      return at(ids[field.of] ?? [], index) ?? 'none';
    case 'choice':
    case 'currency':
      return at<Json>(field.of, index) ?? null;
    case 'text':
      return index === 0 ? field.like : `${field.like} ${index + 1}`;
    case 'number':
      return at(numbersIn(field), index) ?? field.min;
    case 'amount':
      return field.unit === 'minor' ? 100 : '1.00';
    default:
      return unreachable(field);
  }
}

/** One, or what is nearest to it; then what lies at the ends. */
function numbersIn({ min, max }: { readonly min: number; readonly max: number }): readonly number[] {
  return [...new Set([Math.min(max, Math.max(min, 1)), max, min, Math.min(max, Math.max(min, 2))])];
}

/** The plain currency first, then the others that this API takes. */
function codesOf({ fields, currencyAt }: Operation, plain: Currency): readonly Currency[] {
  const field = fields[currencyAt ?? ''];
  return [...new Set([plain, ...(field?.kind === 'currency' ? field.of.map((code) => code.toUpperCase()) : [])])];
}

function spelled(field: FieldForm, currency: string): Json {
  const known = field.kind === 'currency' ? field.of.find((code) => code.toUpperCase() === currency) : undefined;
  return known ?? currency.toLowerCase();
}

function at<One>(list: readonly One[], index: number): One | undefined {
  return list.length === 0 ? undefined : list[index % list.length];
}
