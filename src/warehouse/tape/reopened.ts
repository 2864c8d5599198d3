import { bytesMax, writeText } from './text-bytes.ts';
import { ALLOW, CAPTURE } from './tape.ts';
import type { Reel } from './reel.ts';
import type { TextBytes } from './words.ts';

/** A call of the same id that comes later stands in for one that was open: no door gives an id twice, but files can hold anything. */
export function forgetReopened(reel: Reel, { bytes, ends }: TextBytes, firstRow: number): void {
  if (reel.open.size === 0) return;
  const marked = marks(reel.open.keys());
  let start = 0;
  for (let row = 0; row < ends.length; row += 1) {
    const end = ends[row] as number;
    const mark = markOf(bytes, start, end);
    start = end;
    if (marked[mark] === 0) continue;
    const verdict = reel.columns.verdict.at(firstRow + row);
    if (verdict === ALLOW || verdict === CAPTURE) reel.open.delete(reel.id.get(firstRow + row));
  }
}

/** Enough marks that few ids share one with any that is open. */
const MARKS = 2 ** 20;

function marks(ids: Iterable<string>): Uint8Array {
  const marked = new Uint8Array(MARKS);
  for (const id of ids) {
    const bytes = Buffer.alloc(bytesMax(id));
    marked[markOf(bytes, 0, writeText(bytes, id, 0))] = 1;
  }
  return marked;
}

/** Of an id's length and its last bytes, which tell most of them apart. */
function markOf(bytes: Uint8Array, start: number, end: number): number {
  let mark = end - start;
  for (let at = Math.max(start, end - 6); at < end; at += 1) mark = Math.imul(mark ^ (bytes[at] as number), 0x01000193);
  return (mark ^ (mark >>> 16)) & (MARKS - 1);
}
