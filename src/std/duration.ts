const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PATTERN = /^([1-9]\d{0,8})(ms|s|m|h|d)$/;

/** Ten years: a longer window is a typing error. */
export const DURATION_MAX_MS = 3_650 * UNIT_MS.d;

export const DURATION_FORM = 'a whole number and a unit: 500ms, 60s, 5m, 1h, 30d';

/** `"60s"` → 60000. `undefined` when the text is not {@link DURATION_FORM}, zero, or over {@link DURATION_MAX_MS}. */
export function parseDuration(text: string): number | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const ms = Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
  return ms <= DURATION_MAX_MS ? ms : undefined;
}

/** 60000 → `"1m"`: the largest unit that divides it. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (ms >= UNIT_MS[unit] && ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]}${unit}`;
  }
  return `${ms}ms`;
}
