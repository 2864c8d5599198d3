import { expect, test } from 'vitest';
import { stableHash } from '../../src/std/stable-hash.ts';

/** The vectors that Wikipedia's article on MurmurHash gives for MurmurHash3 x86 32. */
test.each([
  ['', 0x00000000, 0x00000000],
  ['', 0x00000001, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['test', 0x00000000, 0xba6bd213],
  ['test', 0x9747b28c, 0x704b81dc],
  ['Hello, world!', 0x00000000, 0xc0363e43],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['The quick brown fox jumps over the lazy dog', 0x00000000, 0x2e4ff723],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
])('MurmurHash3 of %j under the seed %i', (text, seed, hash) => {
  expect(stableHash(text, seed)).toBe(hash);
});
