/**
 * A part holds at most so many bytes of evidence, so that making one takes a bounded time and memory: 1 GB.
 * A single segment may be larger; it is a part of its own.
 */
export const PART_BYTES_MAX = 512 * 1024 * 1024;
/** So many parts in a row are worth being made one. */
export const MERGE_MIN = 8;
/** The first of them may be so many times as large as all others: else a large one is made again for a few small ones. */
const OLDEST_SHARE_MAX = 4;

interface Sized {
  readonly bytes: number;
}

/** Closed segments in runs, each of which becomes a part. */
export function runsOf<Item extends Sized>(
  segments: readonly Item[],
  bytesMax = PART_BYTES_MAX,
): readonly (readonly Item[])[] {
  const runs: Item[][] = [];
  let runBytes = Infinity;
  for (const segment of segments) {
    if (runBytes + segment.bytes > bytesMax) {
      runs.push([]);
      runBytes = 0;
    }
    runs.at(-1)?.push(segment);
    runBytes += segment.bytes;
  }
  return runs;
}

/**
 * From which part on all should be made one; `undefined`: none. Every record is then made again about as often as the logarithm of
 * how many parts there would be, and a query meets few files.
 */
export function mergeFrom(parts: readonly Sized[], bytesMax = PART_BYTES_MAX): number | undefined {
  let total = 0;
  let found: number | undefined;
  for (let index = parts.length - 1; index >= 0; index -= 1) {
    const { bytes } = parts[index] as Sized;
    if (total + bytes > bytesMax) break;
    if (parts.length - index >= MERGE_MIN && bytes <= total * OLDEST_SHARE_MAX) found = index;
    total += bytes;
  }
  return found;
}
