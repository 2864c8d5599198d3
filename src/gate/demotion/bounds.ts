/** How many of an agent's writes are remembered, at least: what is said of older ones counts no more for its stage. */
export const WRITES_KEPT = 20_000;

/** How many of its sessions that somebody judged can still change by what is said of them, at least. */
export const JUDGED_SESSIONS_KEPT = 5_000;

/** How many of its calls may be under way; the outcomes of older ones are heard by nobody. */
export const UNDER_WAY_MAX = 10_000;

/** How many of its sessions may be open at once, at least; beyond, those that were quiet the longest count as over. */
export const OPEN_SESSIONS_MAX = 2_000;

/** After how long without a call, at least, a session is over; at most twice as long. */
export const QUIET_MS = 600_000;

/** A session that goes on for longer is counted, and the rest of it is another: one that never ends would never count. */
export const SESSION_MS = 3_600_000;

/** How many reviewers' words on one call are kept apart. */
export const REVIEWERS_KEPT = 16;
