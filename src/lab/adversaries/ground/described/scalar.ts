import type { Json } from '../../../../std/canonical-json.ts';
import type { Currency } from '../../../../std/money.ts';
import type { Node } from '../../../../policy/openapi/document.ts';
import { listOf } from '../../../../policy/openapi/operations.ts';
import type { FieldForm } from '../../../world/world.ts';
import { idOf, type Kinds } from '../derived.ts';
import { fittingTexts } from './texts.ts';

/** What fields mean, beyond their types. */
export interface Meanings {
  /** What the policy reads, by place. */
  readonly derived: Readonly<Record<string, FieldForm>>;
  readonly kinds: Kinds;
  readonly currencies: readonly Currency[];
}

export function typesOf({ type }: Node): ReadonlySet<Json> {
  return new Set(typeof type === 'string' ? [type] : listOf(type));
}

/** How one value is filled in: by what the policy calls it, then by its name, then by its type alone. */
export function scalarForm(said: Node, place: string, { derived, kinds, currencies }: Meanings): FieldForm {
  const own = derived[place];
  const types = typesOf(said);
  const name = place.split('.').findLast((step) => !/^\d+$/.test(step)) ?? place;
  const isNumber = types.has('integer') || types.has('number');
  if (own?.kind === 'amount' || (place.startsWith('body.') && isAmount(place, types))) {
    const unit = own?.kind === 'amount' ? own.unit : types.has('integer') ? 'minor' : 'major';
    return { kind: 'amount', unit, as: isNumber ? 'number' : 'text' };
  }
  const values = said.const === undefined ? listOf(said.enum).filter((value) => value !== null) : [said.const];
  if (own?.kind === 'currency' || (!isNumber && /currency/i.test(name))) {
    const texts = values.filter((value) => typeof value === 'string');
    const codes = own?.kind === 'currency' ? own.of : currencies.map((code) => code.toLowerCase());
    return { kind: 'currency', of: texts.length > 0 ? texts : spelled(said, codes) };
  }
  if (values.length > 0) return { kind: 'choice', of: defaultFirst(values, said.default) };
  if (own?.kind === 'id') return { kind: 'id', of: own.of };
  if (types.has('boolean')) return { kind: 'choice', of: defaultFirst([false, true], said.default) };
  if (isNumber) return numberForm(said, types.has('integer'), own);
  const of = idOf('', place, kinds);
  if (of !== undefined) return { kind: 'id', of };
  const { like, isFree, others } = fittingTexts(said, name);
  return isFree ? { kind: 'text', like } : { kind: 'choice', of: [like, ...others] };
}

/** `amount`, `refund_amount`, `amount.value`. */
function isAmount(place: string, types: ReadonlySet<Json>): boolean {
  if (types.has('boolean')) return false;
  return /(?:amount|amount\.value|price|price\.value)$/i.test(place);
}

/** As the document shows currencies, or tests them; else in small letters, as more APIs take them than the other way. */
function spelled({ pattern, example, default: usual }: Node, codes: readonly string[]): readonly string[] {
  const shown = [example, usual].find((one) => typeof one === 'string');
  const isUpper =
    shown === undefined
      ? typeof pattern === 'string' && /A-Z/.test(pattern) && !/a-z/.test(pattern)
      : /[A-Z]/.test(shown);
  return isUpper ? codes.map((code) => code.toUpperCase()) : codes;
}

function defaultFirst(values: readonly Json[], usual: Json | undefined): readonly Json[] {
  return usual !== undefined && values.includes(usual) ? [usual, ...values.filter((one) => one !== usual)] : values;
}

/** Where the document sets no bound above. */
const NUMBER_MAX = 1_000;

function numberForm(said: Node, isWhole: boolean, own: FieldForm | undefined): FieldForm {
  const step = isWhole ? 1 : 0.01;
  const least = bound(said.minimum, said.exclusiveMinimum, step) ?? 0;
  const most = bound(said.maximum, said.exclusiveMaximum, -step) ?? Math.max(NUMBER_MAX, least);
  if (typeof said.multipleOf === 'number' && said.multipleOf !== 1) {
    const first = Math.ceil(Math.max(least, said.multipleOf) / said.multipleOf) * said.multipleOf;
    return { kind: 'choice', of: [first, first + said.multipleOf].filter((one) => one <= most) };
  }
  // What a condition compares it with lies within, where the document leaves room for that.
  const max = own?.kind === 'number' && own.max >= least ? Math.min(own.max, most) : most;
  return { kind: 'number', min: least, max };
}

/** OpenAPI 3.0 says of a bound that it is exclusive; 3.1 has a bound of its own for that. */
function bound(plain: Json | undefined, exclusive: Json | undefined, step: number): number | undefined {
  if (typeof exclusive === 'number') return exclusive + step;
  if (typeof plain !== 'number') return undefined;
  return exclusive === true ? plain + step : plain;
}
