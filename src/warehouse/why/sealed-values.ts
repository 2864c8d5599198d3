import { sameness } from '../../engine/guards/once.ts';
import { pseudonymKey } from '../../journal/vault/recognise.ts';
import { revealed } from '../../journal/vault/reveal.ts';
import { pseudonymOf } from '../../journal/vault/seal.ts';
import type { Archive } from './archive.ts';

/** An archive with the personal data that was not erased in its place. For a screen, never for a file that outlives an erasure. */
export function revealing(archive: Archive, data: string): Archive {
  const read: Archive['read'] = async (places) => revealed(data, { records: await archive.read(places) }).records;
  return {
    find: (key, wanted) => archive.find(key, wanted),
    session: (agent, id) => archive.session(agent, id),
    recent: (count) => archive.recent(count),
    extent: () => archive.extent(),
    read,
  };
}

/** As what a name stands in the journal where it is personal data: `customer:anna@example.com` → `customer:pseudonym_…`. */
export function pseudonyms(data: string): (name: string) => readonly string[] {
  const key = pseudonymKey(data);
  if (key === undefined) return () => [];
  return (name) => {
    const colon = name.indexOf(':');
    const value = name.slice(colon + 1);
    const pseudonym = pseudonymOf(key, sameness(value));
    return [...(colon === -1 ? [] : [name.slice(0, colon + 1) + pseudonym]), pseudonym];
  };
}

/** Which of these sealed values can be read no more. */
export function erasedAmong(data: string, tokens: ReadonlySet<string>): ReadonlySet<string> {
  if (tokens.size === 0) return tokens;
  const shown = revealed(data, Object.fromEntries([...tokens].map((token) => [token.replace('_', '-'), token])));
  return new Set([...tokens].filter((token) => shown[token.replace('_', '-')] === '[erased]'));
}
