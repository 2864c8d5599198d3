/** A bet that a rate is another than the one in question: that its odds are `odds` times as high. */
export interface Bet {
  readonly odds: number;
  /** The part of the stake that is put on it; all of them are 1. */
  readonly weight: number;
}

const COUNT = 14;
const FIRST = 0.05;
const STEP = 1.5;

/**
 * Bets on odds from 1.05 to some 16,000 times as high. Between two of them the best bet wins hardly more than either; each costs the
 * mixture ln 14 once, and nothing per trial (Waudby-Smith & Ramdas, Journal of the Royal Statistical Society B 86, 2024, §4.2,
 * bet on a grid as well).
 */
export const BETS: readonly Bet[] = Array.from({ length: COUNT }, (_, index) => ({
  odds: Math.exp(FIRST * STEP ** index),
  weight: 1 / COUNT,
}));
