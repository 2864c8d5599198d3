import { computed, signal } from '@preact/signals';
import { BEAT_EVERY_MS } from '../../control/contract/pace.ts';
import { now } from '../clock.ts';

/** `connecting`: never heard anything yet. `broken`: it was lost, and is asked for again. */
export type Link = { readonly kind: 'connecting' } | { readonly kind: 'open' } | { readonly kind: 'broken' };

export const link = signal<Link>({ kind: 'connecting' });

/** Two beats missed, and the way here: what is shown is old. */
export const STALE_MS = 2 * BEAT_EVERY_MS + 1_000;
/** So long silent, it is given up and asked for again. */
export const SILENT_MS = 5 * BEAT_EVERY_MS;

let lastMs = performance.now();

/** When anything was heard last, by a clock that nobody sets. */
export const heard = {
  mark(): void {
    lastMs = performance.now();
  },
  age: (): number => performance.now() - lastMs,
};

/** What the page may say of itself. It is `live` only while the door is heard. */
export type Freshness =
  | { readonly kind: 'live' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'old'; readonly ageMs: number; readonly reconnecting: boolean };

export const freshness = computed<Freshness>(() => {
  // Read for its tick.
  void now.value;
  const { kind } = link.value;
  const ageMs = heard.age();
  if (kind === 'connecting') return { kind };
  if (kind === 'open' && ageMs < STALE_MS) return { kind: 'live' };
  return { kind: 'old', ageMs, reconnecting: kind === 'broken' };
});
