import { expect, test } from 'vitest';
import { plainWords } from '../../src/cli/plain-words.ts';

const PLAIN = { what: ['ch_1'], data: '.interlock', json: false, html: undefined, reveal: false };

test.each([
  [['ch_1'], PLAIN],
  [['charge', 'ch_1', '-d', 'x', '--json'], { ...PLAIN, what: ['charge', 'ch_1'], data: 'x', json: true }],
  [['--data=x', 'ch_1', '--html', 'y.html'], { ...PLAIN, data: 'x', html: 'y.html' }],
  [['ch_1', '--reveal'], { ...PLAIN, reveal: true }],
])('%j is plain', (words, meant) => {
  expect(plainWords(words)).toEqual(meant);
});

test.each([
  [[]],
  [['--help']],
  [['ch_1', '--jsn']],
  [['ch_1', '--data']],
  [['ch_1', '--data', '']],
  [['ch_1', '-d', 'x', '--data', 'y']],
  [['ch_1', '--json=yes']],
  [['--', 'ch_1']],
])('%j is left to yargs', (words) => {
  expect(plainWords(words)).toBeUndefined();
});
