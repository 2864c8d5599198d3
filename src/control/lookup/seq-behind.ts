import type { Instant } from '../../std/clock.ts';
import type { Archive } from '../../warehouse/why/archive.ts';

/** The first record after an instant; one behind the last where there is none. `at` never decreases along a journal. */
export async function seqBehind(archive: Pick<Archive, 'read'>, at: Instant, lastSeq: number): Promise<number> {
  let [below, above] = [1, lastSeq + 1];
  while (below < above) {
    const middle = Math.floor((below + above) / 2);
    const [record] = await archive.read([{ seq: middle, kind: 'call', role: 'call' }]);
    if (record === undefined || record.at > at) above = middle;
    else below = middle + 1;
  }
  return below;
}
