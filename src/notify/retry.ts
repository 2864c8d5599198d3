import type { Prng } from '../std/prng.ts';

/** How long one attempt may take: with the first made at once, a page is with its person or failed within 5 s of its cause. */
export const ATTEMPT_TIMEOUT_MS = 3_000;

export const BACKOFF_FIRST_MS = 2_000;
export const BACKOFF_MAX_MS = 300_000;

/** A longer `Retry-After` counts as this: nobody at the other end may switch paging off for a day. */
export const RETRY_AFTER_MAX_MS = 3_600_000;

/** A page that nobody could be given for a day is no page any more; `status` and the journal still tell it. */
export const GIVE_UP_MS = 86_400_000;

/**
 * How long to wait after the `attempt`th (from 1) failed: doubled every time, from 1–2 s to 2.5–5 min. Half of it is
 * drawn, so that doors that lost the same channel at once do not come back to it at once.
 */
export function backoffMs(attempt: number, random: Prng): number {
  const whole = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt - 1, 20));
  return Math.ceil(whole / 2 + random.next() * (whole / 2));
}

export function pauseMs(retryAfterMs: number): number {
  return Math.min(retryAfterMs, RETRY_AFTER_MAX_MS);
}
