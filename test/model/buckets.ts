/** Whether something at `at` still counts at `now`: whole buckets that fit into the window, at most sixty, the last one begun. */
export function inBuckets(at: number, now: number, withinMs: number): boolean {
  const widthMs = Math.ceil(withinMs / 60);
  const buckets = Math.floor(withinMs / widthMs);
  return Math.floor(at / widthMs) > Math.floor(now / widthMs) - buckets;
}
