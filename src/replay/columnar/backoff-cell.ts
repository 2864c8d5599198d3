import {
  askedWaitMs,
  FAILING_MAX,
  FORGOTTEN_AFTER_MS,
  hasFailed,
  type BackoffRule,
} from '../../engine/guards/backoff.ts';
import type { AnswerFacts } from '../../engine/event.ts';
import { Recent } from '../../engine/recent.ts';
import { DENY, EFFECTIVENESSES, foundText, type Tape } from '../../warehouse/tape/tape.ts';
import { PASS, type Cell, type Refusal } from './cell.ts';

const TOO_MANY_REQUESTS = 429;

type Failures = { readonly count: number; readonly at: number; readonly retryAt: number };

/** See `engine/guards/backoff.ts`. */
export class BackoffCell implements Cell {
  readonly stateless = false;
  readonly looksAtAnswers = true;
  readonly refusal: Refusal = { found: 0, retryAt: Number.NaN, trip: undefined };
  readonly #rule: BackoffRule;
  readonly #calls: Tape['calls'];
  readonly #waitsMs: readonly number[];
  readonly #failing = new Recent<Failures>(FORGOTTEN_AFTER_MS);
  /** Attempts on their way, by fingerprint. */
  readonly #open: Uint32Array;
  /** By route, until when its upstream asked this agent to wait. */
  readonly #held: number[] = [];
  readonly #backingOff: number;
  readonly #exhausted: number;
  readonly #tooMany: number;
  readonly #trip: Refusal['trip'];

  constructor(rule: BackoffRule, { calls, dictionaries: { fingerprints, founds } }: Tape) {
    this.#rule = rule;
    this.#calls = calls;
    this.#open = new Uint32Array(fingerprints.size);
    const waitsMs = [Math.min(rule.initialMs, rule.maxMs)];
    while (waitsMs.length < rule.attempts) waitsMs.push(Math.min(rule.maxMs, (waitsMs.at(-1) ?? 0) * rule.factor));
    this.#waitsMs = waitsMs.map(Math.ceil);
    this.#backingOff = founds.id(foundText('backoff', rule.rule, 'backing_off'));
    this.#exhausted = founds.id(foundText('backoff', rule.rule, 'attempts_exhausted'));
    this.#tooMany = founds.id(foundText('backoff', rule.rule, 'too_many_failing'));
    this.#trip = rule.onTrip === 'deny' ? undefined : rule.onTrip;
  }

  check(row: number): number {
    const at = this.#calls.at[row] as number;
    const print = this.#calls.fingerprint[row] as number;
    const failures = this.#failuresOf(print, at);
    if (failures !== undefined && failures.count >= this.#rule.attempts) {
      return this.#refuse(this.#exhausted, Number.NaN, this.#trip);
    }
    if ((this.#open[print] as number) > 0) return this.#refuse(this.#backingOff, at + this.#rule.initialMs, undefined);
    if (failures !== undefined && at < failures.retryAt) {
      return this.#refuse(this.#backingOff, failures.retryAt, undefined);
    }
    const heldUntil = this.#held[this.#calls.route[row] as number] ?? at;
    if (at < heldUntil) return this.#refuse(this.#backingOff, heldUntil, undefined);
    if (failures === undefined && this.#failing.size >= FAILING_MAX) {
      return this.#refuse(this.#tooMany, Math.max(at, this.#failing.turnsAt), undefined);
    }
    return PASS;
  }

  decided(row: number, allowed: boolean): void {
    if (allowed) (this.#open[this.#calls.fingerprint[row] as number] as number) += 1;
  }

  ended(row: number, at: number, effectiveness: number, answer: AnswerFacts | undefined): void {
    const print = this.#calls.fingerprint[row] as number;
    (this.#open[print] as number) -= 1;
    if (!hasFailed(EFFECTIVENESSES[effectiveness] ?? 'unknown', answer)) {
      if (this.#failing.size > 0) this.#failing.delete(keyOf(print));
      return;
    }
    const count = (this.#failuresOf(print, at)?.count ?? 0) + 1;
    const askedMs = askedWaitMs(answer);
    const waitMs = Math.max(this.#waitsMs[count - 1] ?? this.#rule.maxMs, askedMs);
    this.#failing.set(keyOf(print), { count, at, retryAt: at + waitMs }, at);
    if (answer?.status !== TOO_MANY_REQUESTS || askedMs === 0) return;
    const route = this.#calls.route[row] as number;
    this.#held[route] = Math.max(this.#held[route] ?? 0, at + askedMs);
  }

  /** A human resumed its agent. */
  resumed(): void {
    this.#failing.clear();
  }

  #failuresOf(print: number, at: number): Failures | undefined {
    if (this.#failing.size === 0) return undefined;
    const failures = this.#failing.get(keyOf(print));
    return failures === undefined || at >= failures.at + FORGOTTEN_AFTER_MS ? undefined : failures;
  }

  #refuse(found: number, retryAt: number, trip: Refusal['trip']): number {
    this.refusal.found = found;
    this.refusal.retryAt = retryAt;
    this.refusal.trip = trip;
    return DENY;
  }
}

/** A Map takes any key, and nothing of this one is ever saved. */
function keyOf(print: number): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a number in place of its text: making that costs more than all else here
  return print as unknown as string;
}
