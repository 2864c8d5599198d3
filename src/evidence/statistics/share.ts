/** Events among chances. */
export interface Share {
  readonly events: number;
  readonly total: number;
}

/**
 * A share with its interval (at 95 %, where nothing else was asked), which knows that the chances of one cluster (a session, a customer) stand or fall together.
 * `null` where there was no chance at all.
 */
export interface Estimate extends Share {
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** How many clusters had a chance. */
  readonly clusters: number;
}
