import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChainHasher, claimedHash, GENESIS_HASH, seal } from '../../src/journal/chain.ts';
import { someNotes } from './arbitraries.ts';
import { note } from './entries.ts';

test('the first line of a journal, byte for byte', () => {
  const { line, hash } = seal(GENESIS_HASH, 1, note(5, 'hello'));
  const members =
    '{"seq":1,"kind":"note","at":5,"agent":"bot","grant":"grant_1","call":null,"session":"s1","text":"hello"';
  // printf '%064d%s' 0 "$members" | sha256sum
  expect(hash).toBe('44f283b95a359f848aa33aa8c4bf7713dd74d59b29591644c507d99cfda1d26a');
  expect(line).toBe(`${members},"hash":"${hash}"}\n`);
});

test('the second line takes the hash of the first', () => {
  const first = seal(GENESIS_HASH, 1, note(5, 'hello'));
  const second = seal(first.hash, 2, note(6, 'again'));
  const members = second.line.slice(0, second.line.indexOf(',"hash":"'));
  expect(second.hash).toBe(createHash('sha256').update(first.hash).update(members).digest('hex'));
});

test('a line is one line, is JSON of what was sealed, and its bytes give its hash, whatever the text', () => {
  const hasher = new ChainHasher();
  fc.assert(
    fc.property(someNotes, (notes) => {
      let previous = GENESIS_HASH;
      for (const [index, entry] of notes.entries()) {
        const { line, hash } = seal(previous, index + 1, entry);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        const bytes = Buffer.from(line.slice(0, -1));
        expect(JSON.parse(bytes.toString())).toEqual({ ...entry, seq: index + 1, hash });
        expect(claimedHash(bytes)).toBe(hash);
        expect(hasher.expected(previous, bytes)).toBe(hash);
        previous = hash;
      }
    }),
  );
});

test('a note that quotes a whole line does not end its own line early', () => {
  const quoted = seal(GENESIS_HASH, 1, note(5, 'hello')).line;
  const { line, hash } = seal(GENESIS_HASH, 1, note(5, quoted));
  expect(claimedHash(Buffer.from(line.slice(0, -1)))).toBe(hash);
});
