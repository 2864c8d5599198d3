import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DURATION_MAX_MS, formatDuration, parseDuration } from '../../src/std/duration.ts';

const MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const written = fc.tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.constantFrom('ms', 's', 'm', 'h', 'd' as const));

describe('durations', () => {
  test('what is read, formatted and read again is the same, and is the product of its parts', () => {
    fc.assert(
      fc.property(written, ([count, unit]) => {
        const ms = count * MS[unit];
        expect(parseDuration(`${count}${unit}`)).toBe(ms <= DURATION_MAX_MS ? ms : undefined);
        if (ms <= DURATION_MAX_MS) expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });

  test.each([
    [1, '1ms'],
    [1_500, '1500ms'],
    [60_000, '1m'],
    [90_000, '90s'],
    [5_400_000, '90m'],
    [86_400_000, '1d'],
    [DURATION_MAX_MS, '3650d'],
  ])('%d ms shows as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test.each([
    '',
    '0s',
    '5',
    's',
    '-5s',
    '+5s',
    '05s',
    '1.5h',
    '1 h',
    '1H',
    '1w',
    '5s ',
    '5s\n',
    '1h30m',
    '3651d',
    '1e3s',
  ])('%j is no duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
