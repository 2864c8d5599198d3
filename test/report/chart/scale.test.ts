import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barOf, fillOf, sparkOf } from '../../../src/report/chart/bar.ts';
import { panelsChart } from '../../../src/report/chart/panels.ts';
import { labelled, niceTop, percent } from '../../../src/report/chart/scale.ts';
import { SHADES, shadeOf } from '../../../src/report/chart/week.ts';

describe('a scale', () => {
  test.each([
    [0, 1],
    [1, 1],
    [3, 5],
    [13, 20],
    [21, 25],
    [499, 500],
    [1_684, 2_000],
    [Number.NaN, 1],
  ])('of values up to %d ends at %d', (largest, top) => {
    expect(niceTop(largest)).toBe(top);
  });

  test('is never shorter than what it shows, nor five times as long', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e15, noNaN: true }), (largest) => {
        const top = niceTop(largest);
        expect(top).toBeGreaterThanOrEqual(largest * 0.9999);
        expect(top).toBeLessThan(largest * 5);
      }),
    );
  });

  test('has at most so many labels, the first step among them', () => {
    expect([...labelled(15, 6)]).toEqual([0, 3, 6, 9, 12]);
    expect([...labelled(0, 6)]).toEqual([]);
    expect(percent(1 / 3)).toBe('33.333%');
  });
});

test('shades rise with the value, and only nothing has none', () => {
  expect(shadeOf(0, 10)).toBe(0);
  expect(shadeOf(1, 1_000_000)).toBe(1);
  expect(shadeOf(10, 10)).toBe(SHADES);
});

test('bars stand on each other, in proportion to the scale, and say what they are', () => {
  const { markup } = panelsChart({
    name: 'chart',
    steps: ['1 Mar', '2 Mar'],
    marked: new Set(),
    panels: [
      {
        title: 'Writes',
        say: String,
        limit: { value: 100, name: 'budget' },
        layers: [
          { kind: 'money', name: 'money writes', values: [50, 0] },
          { kind: 'write', name: 'plain writes', values: [25, 100] },
        ],
      },
    ],
  });
  const rects = [...markup.matchAll(/<rect\s+class="(\w+)"[^>]*?y="([\d.]+)"\s+height="([\d.]+)"/g)].map(
    ([, kind, y, height]) => [kind, Number(y), Number(height)],
  );
  expect(rects).toEqual([
    ['money', 64, 42],
    ['write', 43, 21],
    ['write', 22, 84],
  ]);
  expect(markup).toContain('1 Mar: 50 money writes');
  expect(markup).toMatch(/class="limit"[\s\S]*?y1="22\.0"/);
});

test('what is used beyond what is allowed fills the frame and is marked', () => {
  expect(fillOf(50, 100, 'half').markup).toContain('class="used" x="0" y="2" width="50%"');
  expect(fillOf(150, 100, 'over').markup).toContain('class="over" x="0" y="2" width="100%"');
  expect(fillOf(1, 0, 'none allowed').markup).toContain('class="used"');
});

test('empty bars and lines draw nothing', () => {
  expect(barOf([{ kind: 'money', share: 0, title: 'none' }]).markup).not.toContain('<rect');
  expect(sparkOf([0, 0], 'quiet').markup).not.toContain('<rect');
});
