import { assert } from '../../std/assert.ts';
import { BETS } from './bets.ts';

/** Of the stake, what is bet from the first trial on; the rest is for changes that come later. */
const AT_ONCE = 0.5;
/** Beyond, evidence is thrown away before it is no number any more. Nobody asks for so much. */
const EVIDENCE_MAX = 1e100;
const WEIGHTS = Float64Array.from(BETS, ({ weight }) => weight);

/**
 * Hears trials one by one and says how much evidence there is that they happen at a rate **above** `limit`; for taking a stage
 * back.
 *
 * It is what a gambler has made of 1 who bets, at odds that are fair where the rate is `limit`, that it is higher: an e-process
 * (Ramdas, Grünwald, Vovk & Shafer, Statistical Science 38, 2023). Under any rate of at most `limit` it is a supermartingale, and
 * by Ville's inequality ever exceeds 1/α with probability at most α, however long it runs and however often it is looked at.
 *
 * The stake is spread over bets ({@link BETS}) and over the trial from which on they are made: half of it at once, the rest kept
 * and paid out such that 1 / (1 + ln(1 + n)) of it is left after n trials. So a long good history, which ruins a bet made at its
 * beginning, does not hide what comes after it; a late change costs about ln n more.
 *
 * INVARIANT: given all trials before it, each has a rate of at most `limit`, if the alarm is to be a false one. Trials need not be
 * independent; but where they come in clusters (calls of a session) the cluster is the trial, with the share of its calls.
 */
export class RateAlarm {
  readonly limit: number;
  /** What each bet has come to, and what it wins or loses per share by which a trial is off the limit. */
  readonly #stakes = WEIGHTS.map((weight) => AT_ONCE * weight);
  readonly #gains: Float64Array;
  #kept = 1 - AT_ONCE;
  #trials = 0;
  #evidence = 1;
  #most = 1;

  /** @param limit in (0, 1) */
  constructor(limit: number) {
    assert(limit > 0 && limit < 1, `a rate that must not be exceeded lies between 0 and 1, ${limit} does not`);
    this.limit = limit;
    this.#gains = Float64Array.from(BETS, ({ odds }) => (odds - 1) / (1 - limit + limit * odds));
  }

  /** @param event whether it happened; or, of a trial that is a cluster, in which share of it: 0 to 1 */
  hear(event: boolean | number): void {
    const share = Number(event);
    assert(share >= 0 && share <= 1, 'a trial happened or not, or in a share of 0 to 1');
    this.#trials += 1;
    const kept = (1 - AT_ONCE) / (1 + Math.log1p(this.#trials));
    const paidOut = this.#kept - kept;
    this.#kept = kept;
    this.#evidence = kept + this.#settle(share - this.limit, paidOut);
    if (this.#evidence > this.#most) this.#most = this.#evidence;
  }

  /** Another one that has heard the same, and hears on by itself. */
  copy(): RateAlarm {
    const copy = new RateAlarm(this.limit);
    copy.#stakes.set(this.#stakes);
    copy.#kept = this.#kept;
    copy.#trials = this.#trials;
    copy.#evidence = this.#evidence;
    copy.#most = this.#most;
    return copy;
  }

  get trials(): number {
    return this.#trials;
  }

  /** How many times as probable a higher rate makes what was heard; 1: nothing is known. */
  get evidence(): number {
    return this.#evidence;
  }

  /** Whether there ever was so much evidence that a false alarm, ever, has a probability of at most 1 − `confidence`. */
  crossed(confidence: number): boolean {
    return this.#most * (1 - confidence) >= 1;
  }

  /** What the bets have come to together, after a trial that was `off` the limit and with `more` put on them. */
  #settle(off: number, more: number): number {
    const [stakes, gains] = [this.#stakes, this.#gains];
    let sum = 0;
    for (let bet = 0; bet < stakes.length; bet += 1) {
      const won = (stakes[bet] as number) * (1 + (gains[bet] as number) * off);
      const stake = Math.min(EVIDENCE_MAX, won) + more * (WEIGHTS[bet] as number);
      stakes[bet] = stake;
      sum += stake;
    }
    return sum;
  }
}
