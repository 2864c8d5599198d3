/** A rate and what is left of 1, each to its last digit. */
export interface Odds {
  readonly rate: number;
  readonly rest: number;
}

/** Beyond these a rate is 0 or 1 to every digit that counts. */
export const LOG_ODDS_MAX = 100;

/** The rate whose odds have this logarithm: rates near 0 and near 1 are searched as finely as others. */
export function atLogOdds(logOdds: number): Odds {
  const odds = Math.exp(-Math.abs(logOdds));
  const [small, large] = [odds / (1 + odds), 1 / (1 + odds)];
  return logOdds < 0 ? { rate: small, rest: large } : { rate: large, rest: small };
}
