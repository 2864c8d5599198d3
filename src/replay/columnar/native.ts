import type { BudgetRule } from '../../engine/guards/budget.ts';
import type { CollarRule } from '../../engine/guards/collar.ts';
import type { InflightRule } from '../../engine/guards/inflight.ts';
import type { OnceRule } from '../../engine/guards/once.ts';
import type { RateRule } from '../../engine/guards/rate.ts';
import { SlidingLog } from '../../engine/sliding-log.ts';
import {
  ALLOW,
  DENY,
  EFFECTIVENESSES,
  foundText,
  NO_AMOUNT,
  ODD_AMOUNT,
  type Tape,
} from '../../warehouse/tape/tape.ts';
import { PASS, type Cell, type Refusal } from './cell.ts';
import { numberPots, type NumberPot } from './number-pot.ts';

const INEFFECTIVE = EFFECTIVENESSES.indexOf('ineffective');

function refusal(trip?: 'deny' | 'freeze' | 'kill'): Refusal {
  return { found: 0, retryAt: Number.NaN, trip: trip === 'deny' ? undefined : trip };
}

/** See `engine/guards/rate.ts`. */
export class RateCell implements Cell {
  readonly stateless = false;
  readonly refusal: Refusal;
  readonly #rule: RateRule;
  readonly #log: SlidingLog;
  readonly #at: Float64Array;

  constructor(rule: RateRule, { calls, dictionaries }: Tape) {
    this.#rule = rule;
    this.#log = new SlidingLog(rule.max);
    this.#at = calls.at;
    this.refusal = refusal(rule.onTrip);
    this.refusal.found = dictionaries.founds.id(foundText('rate', rule.rule, 'rate_exceeded'));
  }

  check(row: number): number {
    const at = this.#at[row] as number;
    if (!this.#log.full(at, this.#rule.perMs)) return PASS;
    this.refusal.retryAt = this.#log.fitsAt(at, this.#rule.perMs);
    return DENY;
  }

  decided(row: number, allowed: boolean): void {
    if (allowed) this.#log.push(this.#at[row] as number);
  }
}

/** See `engine/guards/inflight.ts`. */
export class InflightCell implements Cell {
  readonly stateless = false;
  readonly refusal = refusal();
  readonly #max: number;
  readonly #at: Float64Array;
  #open = 0;

  constructor({ rule, max }: InflightRule, { calls, dictionaries }: Tape) {
    this.#max = max;
    this.#at = calls.at;
    this.refusal.found = dictionaries.founds.id(foundText('inflight', rule, 'too_many_in_flight'));
  }

  check(row: number): number {
    if (this.#open < this.#max) return PASS;
    this.refusal.retryAt = this.#at[row] as number;
    return DENY;
  }

  decided(_row: number, allowed: boolean): void {
    if (allowed) this.#open += 1;
  }

  ended(): void {
    this.#open -= 1;
  }
}

/** See `engine/guards/budget.ts`. Its limit is one that numbers count exactly. */
export class BudgetCell implements Cell {
  readonly stateless = false;
  readonly refusal: Refusal;
  readonly #max: number;
  /** −1 where no call of the tape has its currency. */
  readonly #currency: number;
  readonly #tape: Tape;
  readonly #owners: Uint32Array | undefined;
  readonly #pots: (NumberPot | undefined)[] = [];
  readonly #newPot: () => NumberPot;
  readonly #exceeded: number;
  readonly #uncountable: number;
  readonly #trip: Refusal['trip'];

  constructor({ rule, max, per, each, onTrip }: BudgetRule, tape: Tape) {
    const { calls, dictionaries } = tape;
    this.#max = Number(max.micros);
    this.#currency = dictionaries.currencies.find(max.currency) ?? -1;
    this.#tape = tape;
    this.#owners = each === 'agent' ? undefined : each === 'task' ? calls.task : calls.grant;
    this.#newPot = numberPots(per);
    this.#exceeded = dictionaries.founds.id(foundText('budget', rule, 'budget_exceeded'));
    this.#uncountable = dictionaries.founds.id(foundText('budget', rule, 'amount_not_countable'));
    this.#trip = onTrip === 'deny' ? undefined : onTrip;
    this.refusal = refusal();
  }

  check(row: number): number {
    const { calls } = this.#tape;
    if (calls.currency[row] === NO_AMOUNT) return PASS;
    const amount = this.#counted(row);
    if (amount === -1) return this.#refuse(this.#uncountable, Number.NaN, undefined);
    const at = calls.at[row] as number;
    const pot = this.#pots[this.#owner(row)];
    const committed = pot === undefined ? 0 : pot.committed(at);
    if (committed + amount <= this.#max) return PASS;
    const mayFit = pot !== undefined && amount <= this.#max;
    return this.#refuse(this.#exceeded, mayFit ? pot.freesAt(at) : Number.NaN, this.#trip);
  }

  decided(row: number, allowed: boolean): void {
    const owner = this.#owner(row);
    let pot = this.#pots[owner];
    pot?.advance(this.#tape.calls.at[row] as number);
    const amount = this.#counted(row);
    if (!allowed || amount === -1) return;
    if (pot === undefined) this.#pots[owner] = pot = this.#newPot();
    pot.reserve(amount);
  }

  ended(row: number, at: number, effectiveness: number): void {
    const amount = this.#counted(row);
    const pot = this.#pots[this.#owner(row)];
    if (amount === -1 || pot === undefined) return;
    if (effectiveness === INEFFECTIVE) pot.release(amount);
    else pot.settle(amount, at);
  }

  #owner(row: number): number {
    return this.#owners === undefined ? 0 : (this.#owners[row] as number);
  }

  /** −1: it cannot be counted. An amount beyond what numbers hold is beyond the budget, too. */
  #counted(row: number): number {
    const { calls, dictionaries } = this.#tape;
    const currency = calls.currency[row] as number;
    if (currency === this.#currency) return Math.max(0, calls.micros[row] as number);
    if (currency !== ODD_AMOUNT) return -1;
    const odd = calls.amounts.get(row);
    if (odd === undefined || 'fault' in odd || odd.currency !== dictionaries.currencies.text(this.#currency)) return -1;
    return odd.micros > 0n ? Number(odd.micros) : 0;
  }

  #refuse(found: number, retryAt: number, trip: Refusal['trip']): number {
    this.refusal.found = found;
    this.refusal.retryAt = retryAt;
    this.refusal.trip = trip;
    return DENY;
  }
}

/** What was done once: shared by all agents' rules on one route and window. See `engine/guards/once.ts`. */
export class OnceBook implements Cell {
  readonly stateless = true;
  readonly refusal = refusal();
  readonly #same: Uint32Array;
  readonly #open: Uint32Array;
  readonly endedAt: Float64Array;

  constructor({ calls, dictionaries }: Tape) {
    this.#same = calls.same;
    this.#open = new Uint32Array(dictionaries.sames.size);
    this.endedAt = new Float64Array(dictionaries.sames.size).fill(Number.NEGATIVE_INFINITY);
  }

  check(): number {
    return PASS;
  }

  isOpen(same: number): boolean {
    return (this.#open[same] as number) > 0;
  }

  decided(row: number, allowed: boolean): void {
    const same = this.#same[row] as number;
    if (allowed && same !== 0) (this.#open[same] as number) += 1;
  }

  ended(row: number, at: number, effectiveness: number): void {
    const same = this.#same[row] as number;
    if (same === 0) return;
    (this.#open[same] as number) -= 1;
    if (effectiveness !== INEFFECTIVE) this.endedAt[same] = at;
  }
}

/** One agent's `once`. */
export class OnceCell implements Cell {
  readonly stateless = false;
  readonly refusal = refusal();
  readonly #withinMs: number | undefined;
  readonly #book: OnceBook;
  readonly #calls: Tape['calls'];
  readonly #missing: number;
  readonly #done: number;

  constructor({ rule, withinMs }: OnceRule, book: OnceBook, { calls, dictionaries: { founds } }: Tape) {
    this.#withinMs = withinMs;
    this.#book = book;
    this.#calls = calls;
    this.#missing = founds.id(foundText('once', rule, 'subject_missing'));
    this.#done = founds.id(foundText('once', rule, 'already_done'));
  }

  check(row: number): number {
    const same = this.#calls.same[row] as number;
    if (same === 0) return this.#refuse(this.#missing, Number.NaN);
    if (this.#book.isOpen(same)) return this.#refuse(this.#done, Number.NaN);
    const endedAt = this.#book.endedAt[same] as number;
    if (endedAt === Number.NEGATIVE_INFINITY) return PASS;
    const within = this.#withinMs;
    if (within === undefined) return this.#refuse(this.#done, Number.NaN);
    return endedAt <= (this.#calls.at[row] as number) - within ? PASS : this.#refuse(this.#done, endedAt + within);
  }

  #refuse(found: number, retryAt: number): number {
    this.refusal.found = found;
    this.refusal.retryAt = retryAt;
    return DENY;
  }
}

/** See `engine/guards/collar.ts`: which of its monitors this is, `isBulk` says. Its limits are ones that numbers hold. */
export class CollarCell implements Cell {
  readonly stateless = true;
  readonly refusal = refusal();
  readonly #rule: CollarRule;
  readonly #isBulk: boolean;
  readonly #tape: Tape;
  readonly #min: number | undefined;
  readonly #max: number | undefined;
  readonly #found: (reason: string) => number;
  /** By currency: whether a bound or the list forbids it. */
  readonly #forbidden: boolean[] = [];

  constructor(rule: CollarRule, isBulk: boolean, tape: Tape) {
    const { founds } = tape.dictionaries;
    this.#rule = rule;
    this.#isBulk = isBulk;
    this.#tape = tape;
    this.#min = rule.min && Number(rule.min.micros);
    this.#max = rule.max && Number(rule.max.micros);
    const known = new Map<string, number>();
    this.#found = (reason) => {
      const found = known.get(reason) ?? founds.id(foundText('collar', rule.rule, reason));
      known.set(reason, found);
      return found;
    };
  }

  check(row: number): number {
    const { calls, dictionaries } = this.#tape;
    const { itemsMax } = this.#rule;
    if (itemsMax !== undefined) {
      const items = calls.items[row] as number;
      if (items === -1) {
        if (this.#isBulk) return this.#refuse('items_unreadable');
      } else if (items > itemsMax) return this.#refuse('too_many_items');
    }
    const currency = calls.currency[row] as number;
    if (currency === NO_AMOUNT) return PASS;
    if (currency !== ODD_AMOUNT) {
      const forbidden = (this.#forbidden[currency] ??= this.#forbids(dictionaries.currencies.text(currency)));
      return this.#bounds(forbidden, calls.micros[row] as number);
    }
    const odd = calls.amounts.get(row);
    if (odd === undefined || 'fault' in odd) return this.#refuse('amount_unreadable');
    return this.#bounds(this.#forbids(odd.currency), Number(odd.micros));
  }

  #bounds(forbidden: boolean, micros: number): number {
    if (forbidden) return this.#refuse('currency_not_allowed');
    if (this.#min === undefined ? micros <= 0 : micros < this.#min) return this.#refuse('amount_too_small');
    return this.#max !== undefined && micros > this.#max ? this.#refuse('amount_too_large') : PASS;
  }

  #forbids(currency: string): boolean {
    const { min, max, currencies } = this.#rule;
    const isOther = [min, max].some((bound) => bound !== undefined && bound.currency !== currency);
    return isOther || currencies?.has(currency) === false;
  }

  #refuse(reason: string): number {
    this.refusal.found = this.#found(reason);
    return DENY;
  }
}

/** A verdict that a call has whatever happens: of the stage, or of a route that nothing allows. */
export class ConstantCell implements Cell {
  readonly stateless = true;
  readonly refusal = refusal();
  readonly #verdict: number;

  constructor(verdict: number, found: number) {
    this.#verdict = verdict;
    this.refusal.found = found;
  }

  check(): number {
    return this.#verdict;
  }
}

export const PASSES: Cell = new ConstantCell(ALLOW, 0);
