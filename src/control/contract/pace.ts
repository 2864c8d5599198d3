/** How often a page hears that it is heard (`beat`). It stands apart from what needs zod, for the page takes its value. */
export const BEAT_EVERY_MS = 2_000;
