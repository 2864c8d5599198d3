import type { Archive, Place } from '../../warehouse/why/archive.ts';
import { PLACES_MAX } from '../../warehouse/why/ledger.ts';

/** Which calls had to do with an identifier, by their places in the journal; `isAll`: it has no more mentions than are looked at. */
export async function calledAbout(
  archive: Archive,
  names: readonly string[],
): Promise<{ readonly seqs: readonly number[]; readonly isAll: boolean }> {
  const seqs = new Set<number>();
  let isAll = true;
  for (const name of names) {
    const places = await archive.find(name, { last: PLACES_MAX });
    if (places.length >= PLACES_MAX) isAll = false;
    for (const { seq, kind } of places) if (kind === 'call') seqs.add(seq);
    for (const seq of await answeredBy(archive, places)) seqs.add(seq);
  }
  return { seqs: [...seqs], isAll };
}

/** The calls whose answers had it. */
async function answeredBy(archive: Archive, places: readonly Place[]): Promise<readonly number[]> {
  const outcomes = await archive.read(places.filter(({ kind, role }) => kind === 'outcome' && role === 'answered'));
  const found: number[] = [];
  for (const outcome of outcomes) {
    if (outcome.kind !== 'outcome') continue;
    const [place] = await archive.find(outcome.call, {
      kinds: ['call'],
      roles: ['call'],
      before: outcome.seq,
      last: 1,
    });
    if (place !== undefined) found.push(place.seq);
  }
  return found;
}
