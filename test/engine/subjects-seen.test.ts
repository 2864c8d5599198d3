import { describe, expect, it } from 'vitest';
import { SUBJECTS_MAX, subjectsSeen } from '../../src/engine/subjects-seen.ts';
import { hash53 } from '../../src/std/hash53.ts';

describe.each([
  ['a calendar day', { kind: 'day', timeZone: 'UTC' }],
  ['a rolling window', { kind: 'rolling', ms: 60_000 }],
] as const)('the subjects seen in %s', (_name, window) => {
  it('are bounded: beyond the bound none is counted, which is the stricter side', () => {
    const seen = subjectsSeen(window);
    for (let index = 0; index < SUBJECTS_MAX + 1_000; index += 1) seen.see(`order:${index}`, 1_000);
    expect(seen.count(1_000)).toBe(SUBJECTS_MAX);
    expect((JSON.stringify(seen.save()).match(/\d{9,}/g) ?? []).length).toBeLessThanOrEqual(SUBJECTS_MAX);
  });

  it('beyond the bound are still those that were counted, and seen again they stay', () => {
    const seen = subjectsSeen(window);
    for (let index = 0; index < SUBJECTS_MAX; index += 1) seen.see(`order:${index}`, 1_000);
    seen.see('order:0', 50_000);
    expect(seen.count(50_000)).toBe(SUBJECTS_MAX);
    expect(seen.count(70_000)).toBe(window.kind === 'day' ? SUBJECTS_MAX : 1);
  });

  it('make room for others once they have left it', () => {
    const seen = subjectsSeen(window);
    for (let index = 0; index < SUBJECTS_MAX; index += 1) seen.see(`order:${index}`, 1_000);
    seen.see('order:late', 200_000_000);
    expect(seen.count(200_000_000)).toBe(1);
  });
});

it('names in a row do not collide', () => {
  const names = Array.from({ length: 200_000 }, (_, index) => `order:${index}`);
  expect(new Set(names.map(hash53)).size).toBe(names.length);
  expect(names.map(hash53).every(Number.isSafeInteger)).toBe(true);
});
