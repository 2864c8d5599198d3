import type { Currency, Micros } from '../../../std/money.ts';
import type { Call } from '../../../engine/call.ts';
import type { Decision } from '../../../engine/decision.ts';
import type { Effectiveness, Freeze } from '../../../engine/event.ts';
import type { Move } from '../../adversaries/adversary.ts';
import type { Fault } from '../../world/faults.ts';
import type { ProbeRequest } from '../course.ts';
import type { Coverage } from '../coverage/coverage.ts';
import type { NeverNearness } from '../nearness/never.ts';
import { brokenGuard } from '../coverage/spoken.ts';
import { Violation } from '../violation.ts';
import type { Watcher } from '../watcher.ts';
import type { Arms } from './arms.ts';

/** By which a guard that fails is told from a hole in a policy. */
export const GUARD_ORACLE = 'guards do not fail';

/** Watches every run of a search: what it reaches goes into the coverage, and to the credit of whoever's move it is. */
export class Lookout implements Watcher {
  readonly coverage: Coverage;
  readonly #arms: Arms;
  readonly #never: NeverNearness;
  /** By arm. */
  readonly calls: Float64Array;
  readonly acts: Float64Array;
  #acting = 0;
  #moves: Move[] = [];
  /** Runs that only look for a shorter way to harm count for nothing. */
  #isShrinking = false;
  #virtualMs = 0;

  constructor(coverage: Coverage, arms: Arms, never: NeverNearness) {
    this.coverage = coverage;
    this.#arms = arms;
    this.#never = never;
    this.calls = new Float64Array(arms.arms.length);
    this.acts = new Float64Array(arms.arms.length);
  }

  /** The arm whose move is being made. */
  get arm(): number {
    return this.#acting;
  }

  /** Time that passed in all runs. */
  get virtualMs(): number {
    return this.#virtualMs;
  }

  /** Requests judged in all runs. */
  get judged(): number {
    return this.calls.reduce((sum, one) => sum + one, 0);
  }

  begin(isShrinking: boolean): void {
    this.#isShrinking = isShrinking;
    this.#moves = [];
    this.coverage.begin();
    this.#never.begin();
  }

  finish(lastedMs: number): void {
    if (!this.#isShrinking) this.#virtualMs += lastedMs;
  }

  acting(arm: number, move: Move): void {
    this.#acting = arm;
    this.#moves.push(move);
    if (!this.#isShrinking) this.acts[arm] = (this.acts[arm] ?? 0) + 1;
  }

  /** The moves of this run so far. */
  moves(): readonly string[] {
    return this.#moves.map(String);
  }

  decided(call: Call, decision: Decision, request: ProbeRequest | undefined): void {
    const broken = brokenGuard(decision, call);
    if (broken !== undefined) throw new Violation({ oracle: GUARD_ORACLE, text: broken, deeds: [], promise: true });
    if (this.#isShrinking) return;
    this.#count();
    this.#arms.calls(this.#acting, call.route);
    this.#never.decided(call, decision);
    this.coverage.decided(call, decision, request);
  }

  refused(at: number, reason: string, request: ProbeRequest): void {
    if (this.#isShrinking) return;
    this.#count();
    this.coverage.refused(at, reason, request);
  }

  arrived(call: Call, fault: Fault | undefined): void {
    if (!this.#isShrinking) this.coverage.arrived(call, fault);
  }

  came(oracle: string, came: number | Micros, currency?: Currency): void {
    if (!this.#isShrinking) this.#never.came(oracle, came, currency);
  }

  ended(call: Call, at: number, effectiveness: Effectiveness): void {
    if (!this.#isShrinking) this.coverage.ended(call, at, effectiveness);
  }

  frozen(freeze: Freeze): void {
    if (this.#isShrinking) return;
    this.#never.frozen(freeze);
    this.coverage.frozen(freeze);
  }

  restarted(at: number, underWay: number): void {
    if (!this.#isShrinking) this.coverage.restarted(at, underWay);
  }

  #count(): void {
    this.calls[this.#acting] = (this.calls[this.#acting] ?? 0) + 1;
  }
}
