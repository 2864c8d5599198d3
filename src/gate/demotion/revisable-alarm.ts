import { RateAlarm } from '../statistics/rate-alarm.ts';
import { JUDGED_SESSIONS_KEPT } from './bounds.ts';

/**
 * A {@link RateAlarm} whose latest trials may still turn out otherwise: a session that seems fine until somebody looks at its
 * second write.
 *
 * A trial takes its place when the first is known of it, and what is known later changes it there. As long as that only ever
 * makes it worse, what the alarm says is at no time more than what the trials' last values would have said in the same order,
 * and that is an e-process: no false alarm more for not waiting. Who takes a `wrong` back does not undo a demotion.
 */
export class RevisableAlarm {
  /** Has heard what can change no more. */
  readonly #settled: RateAlarm;
  #alarm: RateAlarm;
  /** How many that are. */
  #first = 0;
  #open: number[] = [];
  #sum = 0;

  constructor(limit: number) {
    this.#settled = new RateAlarm(limit);
    this.#alarm = new RateAlarm(limit);
  }

  /** Gives the trial's number. */
  add(value: number): number {
    if (this.#open.length >= 2 * JUDGED_SESSIONS_KEPT) this.#settle();
    this.#alarm.hear(value);
    this.#sum += value;
    return this.#first + this.#open.push(value) - 1;
  }

  /** Hears all that can still change again, where it did change: a reviewer's second thought is rare. */
  revise(trial: number, value: number): void {
    const before = this.#open[trial - this.#first];
    if (before === undefined || before === value) return;
    this.#open[trial - this.#first] = value;
    this.#sum += value - before;
    this.#alarm = this.#settled.copy();
    for (const each of this.#open) this.#alarm.hear(each);
  }

  get trials(): number {
    return this.#first + this.#open.length;
  }

  /** Of all trials. */
  get sum(): number {
    return this.#sum;
  }

  get evidence(): number {
    return this.#alarm.evidence;
  }

  crossed(confidence: number): boolean {
    return this.#alarm.crossed(confidence);
  }

  #settle(): void {
    const settled = this.#open.splice(0, JUDGED_SESSIONS_KEPT);
    for (const each of settled) this.#settled.hear(each);
    this.#first += settled.length;
  }
}
