import { distance } from 'fastest-levenshtein';
import type { Recorded } from '../../journal/entry.ts';
import type { Archive, Place, Role } from './archive.ts';
import { PLACES_MAX } from './ledger.ts';
import { isOfKind, kindAndName, kindsIn, ROLES, type KindAndName } from './kind-word.ts';
import { mentionsOf } from './mentions.ts';
import { only } from './steps.ts';
import { pageId } from './stops.ts';
import type { Meaning, Misnamed } from './told.ts';

/** How many of the last records are looked through for what a question could have meant. */
export const RECENT = 5_000;
const NEAREST_MAX = 5;
const ASKED_LENGTH_MAX = 300;

/** What was asked, without what stands around it: `"ch_1".` → `ch_1`. */
function tidied(asked: string): string {
  return asked
    .slice(0, ASKED_LENGTH_MAX)
    .trim()
    .replaceAll(/^["'`(<]+|["'`)>.,;!?]+$/g, '');
}

/** The names that a question may mean: all of it, or the last step of an address. */
export function readingsOf(asked: string): readonly string[] {
  const plain = tidied(asked);
  const named = kindAndName(plain);
  const names = named === undefined ? [plain] : [plain, `${named.word}:${named.name}`, named.name];
  const step = plain.split(/[/?#]/).findLast((one) => one !== '') ?? '';
  return [...new Set([...names, ...(named?.form === 'words' ? [] : [step])])].filter((one) => one !== '');
}

/** What a question means. `misnamed`: what it names is no such thing, or it says no kind of thing at all. */
export interface Sense {
  readonly meanings: readonly Meaning[];
  readonly misnamed: Misnamed | null;
}

type Alias = (name: string) => readonly string[];

/**
 * What a question can mean in this journal: all of it as a name, or a name of the kind that it says. A kind that is said is kept to.
 *
 * @param alias what else a name may stand as: the pseudonym of personal data
 */
export async function senseOf(archive: Archive, asked: string, alias: Alias = () => []): Promise<Sense> {
  const plain = tidied(asked);
  const named = kindAndName(plain);
  const role = ROLES.find((one) => one === named?.word);
  if (named !== undefined && role !== undefined) {
    const meant = await ofKind(archive, named, alias);
    if (meant.length > 0) return { meanings: meant, misnamed: null };
  }
  const whole = await firstOf(archive, [plain, ...alias(plain)]);
  if (whole.length > 0) return { meanings: whole, misnamed: null };
  if (named === undefined) return { meanings: await firstOf(archive, readingsOf(asked)), misnamed: null };
  const meant = role === undefined ? await ofKind(archive, named, alias) : [];
  if (meant.length > 0) return { meanings: meant, misnamed: null };
  const step = named.form === 'colon' ? await firstOf(archive, readingsOf(asked).slice(-1)) : [];
  const isAddress = /[/?#]/.test(named.name);
  if (isAddress && step.length > 0) return { meanings: step, misnamed: null };
  return { meanings: [], misnamed: await misnamed(archive, named, alias) };
}

async function firstOf(archive: Archive, names: readonly string[]): Promise<readonly Meaning[]> {
  for (const name of names) {
    const meanings = name === '' ? [] : await meaningOf(archive, name);
    if (meanings.length > 0) return meanings;
  }
  return [];
}

async function ofKind(archive: Archive, { word, name }: KindAndName, alias: Alias): Promise<readonly Meaning[]> {
  const role = ROLES.find((one) => one === word);
  const both = `${word}:${name}`;
  const asSubject = role === undefined ? await firstOf(archive, [both, ...alias(both)]) : [];
  if (asSubject.length > 0) return asSubject;
  const meanings = await firstOf(archive, [name, ...alias(name)]);
  if (role === 'page') return PAGE.test(name) ? meanings : [];
  const kept: Meaning[] = [];
  for (const one of meanings) if (await isOfKind(archive, one, word)) kept.push(one);
  return kept;
}

/** Words of a question beyond these are not looked up one by one. */
const WORDS_MAX = 5;

async function misnamed(archive: Archive, { word, name, form }: KindAndName, alias: Alias): Promise<Misnamed | null> {
  const kinds = kindsIn(await archive.recent(RECENT));
  const isKind = kinds.includes(word);
  const others: Meaning[] = [];
  for (const one of isKind ? [name] : [...word.split(/\s+/).slice(0, WORDS_MAX), name])
    others.push(...(await firstOf(archive, [one, ...alias(one)])));
  // `urn:…` is no kind, but it looks like a name.
  if (form === 'colon' && !isKind && others.length === 0) return null;
  return { word, name, isKind, kinds, others };
}

const PAGE = /^page_(\d{1,15})_[0-9a-f]{12}$/;

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
  const seq = Number(PAGE.exec(name)?.[1] ?? Number.NaN);
  if (Number.isNaN(seq)) return undefined;
  const [cause] = await archive.read([{ seq, kind: 'freeze', role: 'page' }]);
  if (cause === undefined || pageId(cause) !== name) return undefined;
  if (cause.kind === 'call') return { role: 'call', name: cause.call, ask: cause.call, mentions: 1 };
  if (cause.kind === 'freeze' && cause.call !== null)
    return { role: 'call', name: cause.call, ask: cause.call, mentions: 1 };
  return cause.kind === 'freeze' || cause.kind === 'resume' || cause.kind === 'standing'
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
