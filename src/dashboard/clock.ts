import { signal } from '@preact/signals';

/**
 * The door's time, as far as the page can tell: its own clock may be wrong by hours, and "4 min ago" must not be. Ticks once a
 * second; what shows a time reads it and is drawn again.
 */
export const now = signal(Date.now());

let aheadMs = 0;
const TICK_MS = 1_000;

export const doorTime = (): number => Date.now() + aheadMs;

/** The door has just said what time it is. */
export function heardTime(at: string): void {
  const said = Date.parse(at);
  if (Number.isFinite(said)) aheadMs = said - Date.now();
  now.value = doorTime();
}

export function startClock(): void {
  const tick = (): void => {
    now.value = doorTime();
  };
  setInterval(tick, TICK_MS);
  // A tab that was hidden has missed ticks.
  document.addEventListener('visibilitychange', tick);
}
