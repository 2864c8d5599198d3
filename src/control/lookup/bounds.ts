/** What bounds look-ups, in one place: the process that makes them is started by its own file, which nothing may import. */

/** Look-ups that wait for the one under way: more people than that do not look at one door at once. */
export const LOOKUPS_WAITING_MAX = 32;
/** And of one person: a view asks for four at a time, and nobody alone keeps the others from asking. */
export const LOOKUPS_WAITING_EACH_MAX = 8;
/** How long one may take, from when it is its turn. What it looks at is bounded; this is for a disk that hangs. */
export const LOOKUP_TIMEOUT_MS = 45_000;
/** How long one may wait for its turn. */
export const LOOKUP_TURN_TIMEOUT_MS = 60_000;
/** What JavaScript may hold in the process that looks things up. */
export const LOOKUP_HEAP_BYTES = 512 * 1024 ** 2;
/** What DuckDB may take beside it. */
export const LOOKUP_DATABASE_BYTES = 512 * 1024 ** 2;
/** A process that has grown beyond it ends behind its answer: what it was given, nobody can make it return. */
export const LOOKUP_RESIDENT_BYTES_MAX = 1024 ** 3;
/** An answer for a page; whoever needs more asks the command. */
export const LOOKUP_ANSWER_BYTES_MAX = 8 * 1024 ** 2;
/** Records that one search looks at; what it found until then is told, with where it stopped. */
export const SEARCH_RECORDS_MAX = 50_000;
/** And no longer than this, however slow the disk is. */
export const SEARCH_MAX_MS = 3_000;
/** Looking for stops through many agents ends then; whom it did not come to is told. */
export const STOPS_MAX_MS = 3_000;
/** The last records, among which pages that were told are looked for. */
export const TOLD_RECORDS_MAX = 20_000;
/** Processes that one question may end, beside the last: a third would end of it too. */
export const LOOKUP_LOST_MAX = 1;
/** Starts and reloads that are looked back at for how long a policy is in force. */
export const POLICIES_LOOKED_MAX = 200;
/** A journal of more bytes is not read whole for who reviews: its warehouse is asked, for each look-up anew. */
export const REVIEW_READ_BYTES_MAX = 512 * 1024 ** 2;
/** Writes that are kept between look-ups of who reviews, some 600 bytes each; of a journal with more the warehouse is asked. */
export const REVIEW_WRITES_KEPT_MAX = 200_000;
