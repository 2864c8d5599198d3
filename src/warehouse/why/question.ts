import { distance } from 'fastest-levenshtein';
import type { Recorded } from '../../journal/entry.ts';
import type { Archive, Place, Role } from './archive.ts';
import { PLACES_MAX } from './ledger.ts';
import { bareId, mentionsOf } from './mentions.ts';
import { only } from './steps.ts';
import { pageId } from './stops.ts';
import type { Meaning } from './told.ts';

const ROLES = ['call', 'session', 'agent', 'task', 'grant', 'page'] as const;
const NEAREST_MAX = 5;
const ASKED_LENGTH_MAX = 300;

/** What was asked, tidied: `"ch_1".` → `ch_1`; `charge ch_1` may mean `charge:ch_1`, or `ch_1`. */
export function readingsOf(asked: string): readonly string[] {
  const plain = asked
    .slice(0, ASKED_LENGTH_MAX)
    .trim()
    .replaceAll(/^["'`(<]+|["'`)>.,;!?]+$/g, '');
  const words = plain.split(/\s+/);
  const last = words.at(-1) ?? '';
  const colon = bareId(plain);
  return [
    ...new Set([
      plain,
      ...(words.length === 2 ? [words.join(':')] : []),
      ...(words.length > 1 ? [last] : []),
      ...(colon === null ? [] : [colon]),
      last.split(/[/?#]/).findLast((one) => one !== '') ?? '',
    ]),
  ].filter((one) => one !== '');
}

/**
 * What a question can mean in this journal, by the first of its readings that means something.
 *
 * @param alias what else a name may stand as: the pseudonym of personal data
 */
export async function meaningsOf(
  archive: Archive,
  asked: string,
  alias: (name: string) => readonly string[] = () => [],
): Promise<readonly Meaning[]> {
  const forced = /^(\w+):(.+)$/s.exec(asked.trim());
  const role = ROLES.find((one) => one === forced?.[1]);
  if (role !== undefined && forced?.[2] !== undefined) {
    const meant = (await meaningOf(archive, forced[2])).filter((one) => one.role === role);
    if (meant.length > 0) return meant;
  }
  const readings = readingsOf(asked);
  for (const reading of [...readings, ...readings.flatMap(alias)]) {
    const meanings = await meaningOf(archive, reading);
    if (meanings.length > 0) return meanings;
  }
  return [];
}

async function meaningOf(archive: Archive, name: string): Promise<readonly Meaning[]> {
  const page = await pageMeaning(archive, name);
  if (page !== undefined) return [page];
  const places = await archive.find(name, { last: PLACES_MAX });
  if (places.some(({ kind, role }) => kind === 'call' && role === 'call')) {
    return [{ role: 'call', name, ask: name, mentions: places.length }];
  }
  const roles = Map.groupBy(places, ({ role }) => role);
  const sessions = await sessionsOf(archive, name, roles.get('session') ?? []);
  const simple = (['agent', 'task', 'grant'] as const).flatMap((role): Meaning[] => {
    const count = roles.get(role)?.length ?? 0;
    return count === 0 ? [] : [{ role, name, ask: `${role}:${name}`, mentions: count }];
  });
  // A session that was given no name is called as its grant; what the one has, the other has too.
  const others = sessions.length > 0 ? simple.filter(({ role }) => role !== 'grant') : simple;
  return [...(await thingsOf(archive, name, roles)), ...sessions, ...others];
}

/** A subject, or an id of which several subjects are made. */
async function thingsOf(
  archive: Archive,
  name: string,
  roles: ReadonlyMap<Role, readonly Place[]>,
): Promise<readonly Meaning[]> {
  const bySubject = roles.get('subject') ?? [];
  const subjects = new Set<string>();
  for (const { facts } of only(await archive.read(bySubject.slice(-100)), 'call')) {
    if (facts.subject === name) return [{ role: 'subject', name, ask: name, mentions: bySubject.length }];
    if (facts.subject !== null) subjects.add(facts.subject);
  }
  const mentions =
    bySubject.length +
    (['sent', 'answered', 'declared'] as const).reduce((sum, role) => sum + (roles.get(role)?.length ?? 0), 0);
  if (subjects.size > 1)
    return [...subjects].map((subject) => ({ role: 'subject', name: subject, ask: subject, mentions }));
  const [subject] = subjects;
  if (subject !== undefined) return [{ role: 'subject', name: subject, ask: subject, mentions }];
  return mentions === 0 ? [] : [{ role: 'id', name, ask: name, mentions }];
}

async function sessionsOf(archive: Archive, name: string, places: readonly Place[]): Promise<readonly Meaning[]> {
  const records = (await archive.read(places)).filter(
    (record): record is Extract<Recorded, { session: string }> => 'session' in record && record.session === name,
  );
  const agents = Map.groupBy(records, ({ agent }) => String(agent));
  return [...agents].map(([agent, own]) => ({
    role: 'session',
    name,
    agent,
    ask: `session:${name}`,
    mentions: own.length,
  }));
}

/** What a page told of: the call that was held or that tripped, or the agent that was stopped. */
async function pageMeaning(archive: Archive, name: string): Promise<Meaning | undefined> {
  const seq = Number(/^page_(\d{1,15})_[0-9a-f]{12}$/.exec(name)?.[1] ?? Number.NaN);
  if (Number.isNaN(seq)) return undefined;
  const [cause] = await archive.read([{ seq, kind: 'freeze', role: 'page' }]);
  if (cause === undefined || pageId(cause) !== name) return undefined;
  if (cause.kind === 'call') return { role: 'call', name: cause.call, ask: cause.call, mentions: 1 };
  if (cause.kind === 'freeze' && cause.call !== null)
    return { role: 'call', name: cause.call, ask: cause.call, mentions: 1 };
  return cause.kind === 'freeze' || cause.kind === 'resume'
    ? { role: 'agent', name: cause.agent, ask: `agent:${cause.agent}`, mentions: 1 }
    : undefined;
}

/** Identifiers of recent records that a typing error could have been meant for, the nearest first. */
export function nearestTo(asked: string, records: Iterable<Recorded>): readonly string[] {
  const wanted = readingsOf(asked).at(-1)?.toLowerCase() ?? '';
  const within = Math.max(1, Math.floor(wanted.length / 4));
  const found = new Map<string, number>();
  for (const record of records) {
    for (const { key } of mentionsOf(record)) {
      if (key.startsWith('\0') || found.has(key) || Math.abs(key.length - wanted.length) > within) continue;
      found.set(key, distance(wanted, key.toLowerCase()));
    }
  }
  return [...found]
    .filter(([, steps]) => steps <= within)
    .sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, NEAREST_MAX)
    .map(([key]) => key);
}
