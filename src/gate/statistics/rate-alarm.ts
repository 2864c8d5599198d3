import { assert } from '../../std/assert.ts';
import { BETS } from './bets.ts';

/** Of the stake, what is bet from the first trial on; the rest is for changes that come later. */
const AT_ONCE = 0.5;
/** Beyond, evidence is thrown away before it is no number any more. Nobody asks for so much. */
const EVIDENCE_MAX = 1e100;

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
  readonly #stakes = new Float64Array(BETS.length);
  #kept = 1 - AT_ONCE;
  #trials = 0;
  #evidence = 1;
  #most = 1;

  /** @param limit in (0, 1) */
  constructor(limit: number) {
    assert(limit > 0 && limit < 1, `a rate that must not be exceeded lies between 0 and 1, ${limit} does not`);
    this.limit = limit;
    this.#bet(AT_ONCE);
  }

  /** @param event whether it happened; or, of a trial that is a cluster, in which share of it: 0 to 1 */
  hear(event: boolean | number): void {
    const share = Number(event);
    assert(share >= 0 && share <= 1, `a trial happened or not, or in a share of 0 to 1, not in ${share}`);
    let evidence = this.#kept;
    for (const [index, { odds }] of BETS.entries()) {
      const paid = (1 - share + share * odds) / (1 - this.limit + this.limit * odds);
      const stake = Math.min(EVIDENCE_MAX, (this.#stakes[index] as number) * paid);
      this.#stakes[index] = stake;
      evidence += stake;
    }
    this.#trials += 1;
    this.#evidence = evidence;
    this.#most = Math.max(this.#most, evidence);
    const kept = (1 - AT_ONCE) / (1 + Math.log1p(this.#trials));
    this.#bet(this.#kept - kept);
    this.#kept = kept;
  }

  get trials(): number {
    return this.#trials;
  }

  /** How many times as probable a higher rate makes what was heard; 1: nothing is known. */
  get evidence(): number {
    return this.#evidence;
  }

  /** Whether there was ever so much evidence that a false alarm, ever, has a probability of at most 1 − `confidence`. */
  crossed(confidence: number): boolean {
    return this.#most >= 1 / (1 - confidence);
  }

  #bet(amount: number): void {
    for (const [index, { weight }] of BETS.entries()) {
      this.#stakes[index] = (this.#stakes[index] as number) + amount * weight;
    }
  }
}
