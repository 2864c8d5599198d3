import { expect, test } from 'vitest';
import { unknownWords } from '../../src/cli/unknown-words.ts';

const OPTIONS = ['help', 'stage', 'approve', 'p'];

test.each<[what: string, word: string, said: string]>([
  ['a slip is told apart', 'aprove', 'There is no `--aprove`; did you mean `--approve`?'],
  ['as is one of a short word', 'stge', 'There is no `--stge`; did you mean `--stage`?'],
  ['another word is no slip, however short it is', 'step', 'There is no `--step`; the options stand above.'],
])('%s', (_, word, said) => {
  const message = `Unknown argument: ${word}`;
  expect(unknownWords(message, [`--${word}`, '2'], OPTIONS)).toBe(`${message}\n${said}`);
});
