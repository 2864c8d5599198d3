const UNIT_BYTES = { KiB: 1_024, MiB: 1_048_576 } as const;
const PATTERN = /^([1-9]\d{0,5})(KiB|MiB)$/;

export const BYTES_FORM = 'a whole number and a unit: 512KiB, 20MiB';

/** `"20MiB"` → 20971520. `undefined` when the text is not {@link BYTES_FORM}. */
export function parseBytes(text: string): number | undefined {
  const match = PATTERN.exec(text);
  return match === null ? undefined : Number(match[1]) * UNIT_BYTES[match[2] as keyof typeof UNIT_BYTES];
}

/** 20971520 → `"20MiB"`: the largest unit that divides it; bytes where none does. */
export function formatBytes(bytes: number): string {
  for (const unit of ['MiB', 'KiB'] as const) {
    if (bytes >= UNIT_BYTES[unit] && bytes % UNIT_BYTES[unit] === 0) return `${bytes / UNIT_BYTES[unit]}${unit}`;
  }
  return `${bytes} bytes`;
}
