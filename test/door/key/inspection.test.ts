import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { CompressedInspection, EXPANDED_FREE_BYTES, EXPANSION_MAX } from '../../../src/door/key/inspection.ts';
import { KeyWatch } from '../../../src/door/key/watch.ts';

const PIECE = 16_384;

/** What becomes of a gzipped answer, and how much of what it says was looked at. */
function inspected(answer: Buffer): Promise<{ end: 'whole' | 'leaked' | 'unreadable'; left: number; read: number }> {
  const seen = { left: 0, read: 0 };
  return new Promise((resolve) => {
    const inspection = new CompressedInspection('gzip', new KeyWatch(['sk_live_the_only_key']), {
      pass: (bytes) => ((seen.left += bytes.length), true),
      read: (bytes) => (seen.read += bytes.length),
      stop: (end) => resolve({ end, ...seen }),
      resume: () => undefined,
    });
    for (let at = 0; at < answer.length; at += PIECE) inspection.data(answer.subarray(at, at + PIECE));
    inspection.end(() => resolve({ end: 'whole', ...seen }));
  });
}

test('a bomb is cut off as soon as it says more than any answer would', async () => {
  const zeros = Buffer.alloc(EXPANDED_FREE_BYTES + 32 * 1_048_576);
  const { end, left, read } = await inspected(gzipSync(zeros));
  expect(end).toBe('unreadable');
  expect(read).toBeLessThan(EXPANDED_FREE_BYTES + 2 * PIECE * EXPANSION_MAX);
  expect(left).toBeLessThan(EXPANDED_FREE_BYTES / EXPANSION_MAX);
});

test('an answer that compresses well passes whole, however large it is', async () => {
  const zeros = gzipSync(Buffer.alloc(48 * 1_048_576));
  expect(await inspected(zeros)).toEqual({ end: 'whole', left: zeros.length, read: 48 * 1_048_576 });
});
