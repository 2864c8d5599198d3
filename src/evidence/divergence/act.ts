import type { Instant } from '../../std/clock.ts';
import { canonicalJson, type Json } from '../../std/canonical-json.ts';
import type { Money } from '../../std/money.ts';
import type { Effect } from '../../engine/call.ts';
import type { Verdict } from '../../engine/decision.ts';

/** One action of either side, with everything that it is compared by. */
export interface Act {
  readonly case: string;
  readonly route: string;
  readonly effect: Effect;
  /** `null`: not stated, and then not compared. So are all that follow. */
  readonly subject: string | null;
  readonly amount: Money | null;
  /** Further fields, `body.payee`, as {@link fieldText} writes values; in one order on both sides. */
  readonly fields: ReadonlyMap<string, string>;
  readonly at: Instant | null;
  /** A call, or `line 12`. */
  readonly place: string;
  /** `null`: it is no call of an agent's. */
  readonly verdict: Verdict | null;
  /** Acts with equal signatures are interchangeable: nothing that is compared tells them apart. */
  readonly signature: string;
}

/** One side of a comparison. */
export interface Side {
  readonly acts: readonly Act[];
  /** The cases that this side knows of, those in which it did nothing included. */
  readonly cases: ReadonlySet<string>;
}

export function act(parts: Omit<Act, 'signature'>): Act {
  const { route, effect, subject, amount, fields } = parts;
  const told = [route, effect, subject, amount?.micros.toString(), amount?.currency, ...[...fields].flat()];
  return { ...parts, signature: JSON.stringify(told) };
}

/** `create_refund (money)` */
export function classOf({ route, effect }: Pick<Act, 'route' | 'effect'>): string {
  return `${route} (${effect})`;
}

/** What differs of two acts, among what both state: `amount`, `subject`, `body.payee`. */
export function differences(one: Act, other: Act): readonly string[] {
  if (one.signature === other.signature) return [];
  const differ: string[] = [];
  if (one.amount !== null && other.amount !== null && !sameMoney(one.amount, other.amount)) differ.push('amount');
  if (one.subject !== null && other.subject !== null && one.subject !== other.subject) differ.push('subject');
  for (const [field, text] of one.fields) {
    const beside = other.fields.get(field);
    if (beside !== undefined && beside !== text) differ.push(field);
  }
  return differ.toSorted();
}

function sameMoney(one: Money, other: Money): boolean {
  return one.micros === other.micros && one.currency === other.currency;
}

/** A value as it is compared: a file of cells cannot tell 5 from `"5"`. */
export function fieldText(value: Json): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? canonicalJson(value) : String(value);
}

/** Texts in one order on every machine. */
export function byText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
