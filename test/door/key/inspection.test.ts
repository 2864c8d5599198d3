import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Coding } from '../../../src/door/key/coding.ts';
import { CompressedInspection, EXPANDED_FREE_BYTES, EXPANSION_MAX } from '../../../src/door/key/inspection.ts';
import { KeyWatch } from '../../../src/door/key/watch.ts';

const KEY = 'sk_live_the_only_key';
const PIECE = 16_384;

interface Outcome {
  readonly end: 'whole' | 'leaked' | 'unreadable';
  /** What left, as it came. */
  readonly left: Buffer;
  /** How much of what it says was looked at. */
  readonly read: number;
}

/** What becomes of a compressed answer that comes in these pieces. */
function inspected(coding: Coding, pieces: readonly Buffer[]): Promise<Outcome> {
  const left: Buffer[] = [];
  let read = 0;
  return new Promise((resolve) => {
    const over = (end: Outcome['end']): void => resolve({ end, left: Buffer.concat(left), read });
    const inspection = new CompressedInspection(coding, new KeyWatch([KEY]), {
      pass: (bytes) => (left.push(bytes), true),
      read: (bytes) => (read += bytes.length),
      stop: over,
      resume: () => undefined,
    });
    for (const piece of pieces) inspection.data(piece);
    inspection.end(() => over('whole'));
  });
}

const inPieces = (bytes: Buffer): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, index) =>
    bytes.subarray(index * PIECE, (index + 1) * PIECE),
  );

test('a bomb is cut off as soon as it says more than any answer would', async () => {
  const zeros = Buffer.alloc(EXPANDED_FREE_BYTES + 32 * 1_048_576);
  const { end, left, read } = await inspected('gzip', inPieces(gzipSync(zeros)));
  expect(end).toBe('unreadable');
  expect(read).toBeLessThan(EXPANDED_FREE_BYTES + 2 * PIECE * EXPANSION_MAX);
  expect(left.length).toBeLessThan(EXPANDED_FREE_BYTES / EXPANSION_MAX);
});

test('an answer that compresses well passes whole, however large it is', async () => {
  const zeros = gzipSync(Buffer.alloc(48 * 1_048_576));
  expect(await inspected('gzip', inPieces(zeros))).toEqual({ end: 'whole', left: zeros, read: 48 * 1_048_576 });
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const)('what stands behind the end of %s, where no decoder looks, does not leave', async (coding, compress) => {
  const whole = compress('{"id":"ch_1"}');
  for (const pieces of [[whole, Buffer.from(KEY)], [Buffer.concat([whole, Buffer.from(KEY)])]]) {
    const { end, left } = await inspected(coding, pieces);
    expect(end).toBe('unreadable');
    expect(left.toString('latin1')).not.toContain(KEY);
  }
});

test('gzip in several members passes, wherever it is cut', async () => {
  const [first, second] = [gzipSync('{"id":'), gzipSync('"ch_1"}')];
  for (const pieces of [[first, second], [Buffer.concat([first, second])]]) {
    expect(await inspected('gzip', pieces)).toEqual({ end: 'whole', left: Buffer.concat([first, second]), read: 13 });
  }
});
