import { looksMade } from '../stages/synthesis/made-id.ts';
import { formatMoney } from '../std/money.ts';
import {
  CHANGE_KINDS,
  CUTS,
  EXAMPLES_MAX,
  type Certainty,
  type ChangeKind,
  type Cut,
  type CutRow,
  type Example,
  type MoneyJson,
  type TallyJson,
  type VerdictJson,
} from './diff.ts';
import { CERTAINTY_NAMES } from './doubts.ts';
import { NO_AMOUNT, ODD_AMOUNT, STAGES, VERDICTS, type Tape } from '../warehouse/tape/tape.ts';

const DAY_MS = 86_400_000;

/** One change, as it was found. */
export interface Change {
  readonly row: number;
  readonly kind: ChangeKind;
  readonly certainty: number;
  readonly recorded: Said;
  readonly candidate: Said;
}

/** A verdict by code, and the finding that decided. */
export interface Said {
  readonly verdict: number;
  readonly found: number;
}

/** Counts changed calls, and keeps the worst of them. One for each candidate, over all its tapes. */
export class Tally {
  readonly #total = new Map<ChangeKind, Sum>();
  readonly #cuts: Readonly<Record<Cut, Map<string, Map<ChangeKind, Sum>>>> = {
    guard: new Map(),
    rule: new Map(),
    route: new Map(),
    agent: new Map(),
    stage: new Map(),
    day: new Map(),
  };
  readonly #days = new Map<number, string>();
  /** Guard and rule by the number of the finding, of one tape. */
  readonly #places = new Map<number, { readonly guard: string; readonly rule: string }>();
  #tape: Tape | undefined;
  readonly #worst = new Map<ChangeKind, Ranked[]>();

  add(tape: Tape, change: Change): void {
    const { calls, dictionaries: words } = tape;
    if (this.#tape !== tape) this.#places.clear();
    this.#tape = tape;
    const { row, kind, certainty } = change;
    const currency = calls.currency[row] as number;
    const amount: Amount | undefined =
      currency === NO_AMOUNT
        ? undefined
        : currency === ODD_AMOUNT
          ? oddAmount(tape, row)
          : { code: words.currencies.text(currency), micros: calls.micros[row] as number };
    sumOf(this.#total, kind).add(amount, certainty);
    // Of the side that stands against the call: the candidate's, or the recorded one that no longer does.
    const isFreed = kind === 'allowed' || kind === 'sent';
    const found = isFreed ? change.recorded.found : change.candidate.found;
    let place = this.#places.get(found);
    if (place === undefined) {
      const [guard = '', rule = ''] = words.founds.text(found).split('\t');
      this.#places.set(found, (place = { guard, rule }));
    }
    const { guard, rule } = place;
    const day = this.#dayOf(calls.at[row] as number);
    const names: Readonly<Record<Cut, string>> = {
      guard,
      rule,
      route: words.routes.text(calls.route[row] as number),
      agent: words.agents.text(calls.agent[row] as number),
      stage: STAGES[calls.stage[row] as number] ?? '',
      day,
    };
    for (const cut of CUTS) {
      const kinds = this.#cuts[cut].get(names[cut]);
      if (kinds === undefined) this.#cuts[cut].set(names[cut], new Map([[kind, new Sum().add(amount, certainty)]]));
      else sumOf(kinds, kind).add(amount, certainty);
    }
    this.#rank(tape, change, amount);
  }

  changes(): Readonly<Record<ChangeKind, TallyJson>> {
    return byKind((kind) => (this.#total.get(kind) ?? new Sum()).json());
  }

  cut(cut: Cut): readonly CutRow[] {
    const rows = [...this.#cuts[cut]].map(([name, kinds]) => ({ name, kinds }));
    const calls = (kinds: ReadonlyMap<ChangeKind, Sum>): number =>
      [...kinds.values()].reduce((sum, { calls: its }) => sum + its, 0);
    const sorted = rows.toSorted((a, b) =>
      cut === 'day' || calls(a.kinds) === calls(b.kinds) ? (a.name < b.name ? -1 : 1) : calls(b.kinds) - calls(a.kinds),
    );
    return sorted.map(({ name, kinds }) => ({
      name,
      changes: Object.fromEntries(
        CHANGE_KINDS.flatMap((kind) => {
          const sum = kinds.get(kind);
          return sum === undefined ? [] : [[kind, sum.json()]];
        }),
      ),
    }));
  }

  examples(): Readonly<Record<ChangeKind, readonly Example[]>> {
    return byKind((kind) => (this.#worst.get(kind) ?? []).map(({ example }) => example));
  }

  #dayOf(at: number): string {
    const day = Math.floor(at / DAY_MS);
    let name = this.#days.get(day);
    if (name === undefined) this.#days.set(day, (name = new Date(day * DAY_MS).toISOString().slice(0, 10)));
    return name;
  }

  #rank(tape: Tape, change: Change, amount: Amount | undefined): void {
    let ranked = this.#worst.get(change.kind);
    if (ranked === undefined) this.#worst.set(change.kind, (ranked = []));
    const size = amount === undefined ? -1 : Math.abs(Number(amount.micros));
    const last = ranked.at(-1);
    if (ranked.length === EXAMPLES_MAX && last !== undefined && size <= last.size) return;
    // Those of one size stay in the order of their times.
    const place = ranked.findIndex((one) => one.size < size);
    ranked.splice(place === -1 ? ranked.length : place, 0, { size, example: exampleOf(tape, change, amount) });
    if (ranked.length > EXAMPLES_MAX) ranked.pop();
  }
}

interface Amount {
  readonly code: string;
  /** A safe integer, or a bigint. */
  readonly micros: number | bigint;
}

interface Ranked {
  readonly size: number;
  readonly example: Example;
}

/** Calls, their money and how sure they are. */
class Sum {
  calls = 0;
  readonly #certainty = [0, 0, 0];
  /** By currency: what is still exact as a number, and what no longer was. */
  readonly #money = new Map<string, { low: number; high: bigint }>();

  add(amount: Amount | undefined, certainty: number): this {
    this.calls += 1;
    this.#certainty[certainty] = (this.#certainty[certainty] ?? 0) + 1;
    if (amount === undefined) return this;
    let sum = this.#money.get(amount.code);
    if (sum === undefined) this.#money.set(amount.code, (sum = { low: 0, high: 0n }));
    const low = typeof amount.micros === 'number' ? sum.low + amount.micros : Number.NaN;
    if (Number.isSafeInteger(low)) sum.low = low;
    else sum.high += BigInt(amount.micros);
    return this;
  }

  json(): TallyJson {
    const money: MoneyJson = Object.fromEntries(
      [...this.#money].map(([code, { low, high }]) => [code, String(high + BigInt(low))]),
    );
    const certainty = Object.fromEntries(CERTAINTY_NAMES.map((name, code) => [name, this.#certainty[code] ?? 0]));
    return { calls: this.calls, money, certainty: certainty as Readonly<Record<Certainty, number>> };
  }
}

function sumOf(sums: Map<ChangeKind, Sum>, kind: ChangeKind): Sum {
  let sum = sums.get(kind);
  if (sum === undefined) sums.set(kind, (sum = new Sum()));
  return sum;
}

function byKind<Value>(of: (kind: ChangeKind) => Value): Readonly<Record<ChangeKind, Value>> {
  return Object.fromEntries(CHANGE_KINDS.map((kind) => [kind, of(kind)])) as Readonly<Record<ChangeKind, Value>>;
}

function oddAmount({ calls }: Tape, row: number): Amount | undefined {
  const odd = calls.amounts.get(row);
  return odd === undefined || 'fault' in odd ? undefined : { code: odd.currency, micros: odd.micros };
}

function exampleOf(tape: Tape, { row, certainty, recorded, candidate }: Change, amount: Amount | undefined): Example {
  const { calls, dictionaries: words } = tape;
  const subject = calls.subject[row] as number;
  return {
    call: calls.id.get(row),
    at: calls.at[row] as number,
    agent: words.agents.text(calls.agent[row] as number),
    session: words.sessions.text(calls.session[row] as number),
    route: words.routes.text(calls.route[row] as number),
    subject: subject === 0 ? null : words.subjects.text(subject).slice(1),
    amount: amount === undefined ? null : formatMoney({ micros: BigInt(amount.micros), currency: amount.code }),
    certainty: CERTAINTY_NAMES[certainty] ?? 'exact',
    madeUp: subject !== 0 && looksMade(words.subjects.text(subject).slice(1)),
    recorded: verdictJson(tape, recorded),
    candidate: verdictJson(tape, candidate),
  };
}

export function verdictJson({ dictionaries: { founds } }: Tape, { verdict, found }: Said): VerdictJson {
  const [guard = null, rule = null, reason = null] = found === 0 ? [] : founds.text(found).split('\t');
  return { verdict: VERDICTS[verdict] ?? 'deny', guard, rule, reason };
}
