import { formatDuration } from '../std/duration.ts';

/** What a limit is over: a calendar day somewhere, or a stretch of time that ends now, (at − ms, at]. */
export type Window =
  { readonly kind: 'day'; readonly timeZone: string } | { readonly kind: 'rolling'; readonly ms: number };

export const DAY_MS = 86_400_000;

/** `day (Europe/Berlin)`, `1h` */
export function shownWindow(window: Window): string {
  return window.kind === 'day' ? `day (${window.timeZone})` : formatDuration(window.ms);
}
