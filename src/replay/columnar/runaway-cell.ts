import { ATTEMPTS_NOTED_MAX, type RunawayRule } from '../../engine/guards/runaway.ts';
import { SlidingLog } from '../../engine/sliding-log.ts';
import { DENY, foundText, type Tape } from '../../warehouse/tape/tape.ts';
import { PASS, type Cell, type Refusal } from './cell.ts';

/** See `engine/guards/runaway.ts`: what it counts by is a number here. */
export class RunawayCell implements Cell {
  readonly stateless = false;
  readonly refusal: Refusal;
  readonly #rule: RunawayRule;
  readonly #calls: Tape['calls'];
  readonly #subjects: number;
  /** The guard takes a call without a subject for one whose subject is the word. */
  readonly #wordNull: number | undefined;
  #current = new Map<number, number | SlidingLog>();
  #previous = new Map<number, number | SlidingLog>();
  #turnedAt = 0;

  constructor(rule: RunawayRule, { calls, dictionaries }: Tape) {
    this.#rule = rule;
    this.#calls = calls;
    this.#subjects = dictionaries.subjects.size;
    this.#wordNull = dictionaries.subjects.find('=null');
    const found = dictionaries.founds.id(foundText('runaway', rule.rule, 'runaway'));
    this.refusal = { found, retryAt: Number.NaN, trip: rule.onTrip === 'deny' ? undefined : rule.onTrip };
  }

  check(row: number): number {
    return this.#full(this.#find(this.#sameness(row)), this.#calls.at[row] as number) ? DENY : PASS;
  }

  decided(row: number): void {
    const at = this.#calls.at[row] as number;
    this.#turn(at);
    const same = this.#sameness(row);
    const attempts = this.#find(same);
    if (attempts === undefined) this.#current.set(same, at);
    else if (typeof attempts === 'number') {
      this.#current.set(same, SlidingLog.from(this.#rule.count - 1, [attempts, at]));
    } else {
      attempts.push(at);
      this.#current.set(same, attempts);
    }
  }

  /** A human resumed its agent. */
  resumed(): void {
    this.#current.clear();
    this.#previous.clear();
  }

  #full(attempts: number | SlidingLog | undefined, at: number): boolean {
    const { count, withinMs } = this.#rule;
    if (attempts instanceof SlidingLog) return attempts.full(at, withinMs);
    return attempts !== undefined && count === 2 && attempts > at - withinMs;
  }

  #find(same: number): number | SlidingLog | undefined {
    return this.#current.get(same) ?? this.#previous.get(same);
  }

  #sameness(row: number): number {
    const { same } = this.#rule;
    if (same === 'call') return this.#calls.fingerprint[row] as number;
    const route = this.#calls.route[row] as number;
    if (same === 'route') return route;
    const subject = this.#calls.subject[row] as number;
    return route * this.#subjects + (subject === this.#wordNull ? 0 : subject);
  }

  #turn(at: number): void {
    if (at < this.#turnedAt + this.#rule.withinMs && this.#current.size < ATTEMPTS_NOTED_MAX) return;
    this.#previous = this.#current;
    this.#current = new Map();
    this.#turnedAt = at;
  }
}
