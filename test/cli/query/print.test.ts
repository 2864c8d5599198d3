import { expect, test } from 'vitest';
import { headOf } from '../../../src/cli/query/cells.ts';
import { fitted } from '../../../src/cli/query/print.ts';

test('a count and the money of the same name are told apart', () => {
  const names = ['captured', 'captured_micros', 'moved_micros', 'amount_micros'];
  expect(names.map((name) => headOf(name, names))).toEqual(['captured', 'captured amount', 'moved', 'amount']);
});

test('a table that is wider than the terminal is told row by row, and nothing of it is lost', () => {
  const heads = ['call', 'what it said'];
  const lines = [
    ['call_1', 'x'.repeat(60)],
    ['call_2', ''],
  ];
  const wide = fitted(heads, lines, 100);
  expect(wide.split('\n')[1]).toContain('│ call   │ what it said');
  const narrow = fitted(heads, lines, 40);
  expect(narrow).toBe(
    `row 1\n  call          call_1\n  what it said  ${'x'.repeat(60)}\n\nrow 2\n  call          call_2\n  what it said`,
  );
});
