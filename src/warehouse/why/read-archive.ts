import type { Recorded } from '../../journal/entry.ts';
import { isWanted, sessionKey, type Archive, type Place, type Wanted } from './archive.ts';
import { mentionsOf } from './mentions.ts';

/** An archive that keeps every record in memory: for small journals, and as what the index is checked against. */
export function readArchive(records: Iterable<Recorded>): Archive {
  const bySeq = new Map<number, Recorded>();
  const byKey = new Map<string, Place[]>();
  const sessions = new Map<string, string>();
  const note = (key: string, place: Place): void => {
    const places = byKey.get(key);
    if (places === undefined) byKey.set(key, [place]);
    else places.push(place);
  };
  for (const record of records) {
    const { seq, kind } = record;
    bySeq.set(seq, record);
    for (const { key, role } of mentionsOf(record)) note(key, { seq, kind, role });
    if (kind === 'call') sessions.set(record.call, sessionKey(record.agent, record.session));
    const ended = kind === 'outcome' ? sessions.get(record.call) : undefined;
    if (ended !== undefined) note(ended, { seq, kind, role: 'session' });
  }
  const find = (key: string, wanted: Wanted = {}): readonly Place[] => {
    const places = (byKey.get(key) ?? []).filter((place) => isWanted(place, wanted));
    return wanted.last === undefined ? places : places.slice(-wanted.last);
  };
  return {
    find: (key, wanted) => Promise.resolve(find(key, wanted)),
    session: (agent, id) => Promise.resolve(find(sessionKey(agent, id))),
    read: (places) => {
      const seqs = [...new Set(places.map(({ seq }) => seq))].sort((a, b) => a - b);
      return Promise.resolve(seqs.flatMap((seq) => bySeq.get(seq) ?? []));
    },
    recent: (count) => Promise.resolve([...bySeq.values()].slice(-count)),
    extent: () => {
      const all = [...bySeq.values()];
      return Promise.resolve({ records: all.length, from: all[0]?.at ?? null, to: all.at(-1)?.at ?? null });
    },
  };
}
