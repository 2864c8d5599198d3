import { unreachable } from '../../std/assert.ts';
import type { CallEntry, Entry } from '../../journal/entry.ts';
import { grantKey, POLICY_KEY, sessionKey, stopsKey, type Role } from './archive.ts';
import { requestScalars } from './request.ts';
import { scalarsOf } from './scalars.ts';

/** An identifier that a record mentions. */
export interface Mention {
  readonly key: string;
  readonly role: Role;
}

/** Identifiers of one request or one answer that are kept: a list of a hundred charges fits, a dump of a table does not. */
export const IDS_MAX = 256;

/** Longer is text, not an identifier. */
const ID_LENGTH_MAX = 96;

/**
 * What somebody may ask about a record by. A function of the record alone, so that an index made of it can be thrown away,
 * made again, and checked against the record it names.
 */
export function mentionsOf(entry: Entry): readonly Mention[] {
  const found = new Map<string, Mention>();
  const add = (role: Role, ...keys: readonly (string | null | undefined)[]): void => {
    for (const key of keys) {
      // The first role stands: records name what they are of before what they tell of.
      if (key !== null && key !== undefined && key !== '' && !found.has(key)) found.set(key, { key, role });
    }
  };
  collect(entry, add);
  return [...found.values()];
}

type Add = (role: Role, ...keys: readonly (string | null | undefined)[]) => void;

function collect(entry: Entry, add: Add): void {
  switch (entry.kind) {
    case 'policy':
      return add('policy', POLICY_KEY, entry.digest);
    case 'grant':
      add('grant', entry.grant, grantKey(entry.grant), entry.parent);
      add('agent', entry.agent);
      add('task', entry.task);
      return add('declared', ...Object.values(entry.values ?? {}).flat());
    case 'revoke':
      return add('grant', entry.grant, grantKey(entry.grant));
    case 'call':
      return ofCall(entry, add);
    case 'outcome':
      add('call', entry.call);
      add('other', ...(entry.merged ?? []));
      return add('answered', ...idsIn(scalarsOf(entry.answer ?? '')));
    case 'refusal':
      add('agent', entry.agent);
      return add('grant', entry.grant);
    case 'freeze':
      add('agent', entry.agent, stopsKey(entry.agent));
      return add('other', entry.call, ...entry.severed);
    case 'assent':
    case 'resume':
    case 'standing':
      return add('agent', entry.agent, stopsKey(entry.agent));
    case 'review':
    case 'assessment':
      return add('call', entry.call);
    case 'note':
      add('session', sessionKey(entry.agent, entry.session), entry.session);
      return add('other', entry.call);
    case 'page':
      return add('page', entry.page);
    case 'recovery':
      return add('call', ...entry.unknown);
    case 'erase':
      return add('person', entry.person);
    case 'checkpoint':
    case 'unrecorded':
    case 'user':
    case 'sign-in':
      return undefined;
    default:
      return unreachable(entry);
  }
}

function ofCall(entry: CallEntry, add: Add): void {
  const { subject, particulars } = entry.facts;
  add('call', entry.call);
  add('session', sessionKey(entry.agent, entry.session), entry.session);
  add('subject', subject, bareId(subject));
  add('grant', entry.grant);
  add('task', entry.task);
  // Reads that were let through are nine of ten, and nobody asks for an agent's.
  if (entry.effect !== 'read' || entry.verdict !== 'allow') add('agent', entry.agent);
  add(
    'other',
    entry.approval,
    entry.before,
    ...entry.findings.map((one) => (typeof one === 'string' ? null : one.earlier)),
  );
  const { precondition } = particulars ?? { precondition: null };
  if (precondition !== null && 'read' in precondition) add('other', precondition.read);
  add('sent', ...idsIn(requestScalars(entry)));
}

/** `charge:ch_1` → `ch_1`; `null` where a subject has no kind in front. */
export function bareId(subject: string | null): string | null {
  const colon = subject?.indexOf(':') ?? -1;
  return subject === null || colon < 1 ? null : subject.slice(colon + 1);
}

function idsIn(scalars: readonly { readonly path: string; readonly text: string }[]): readonly string[] {
  const ids = new Set<string>();
  for (const { path, text } of scalars) {
    if (ids.size >= IDS_MAX) break;
    if (isId(path, text)) ids.add(text);
  }
  return [...ids];
}

/** A member that is called an id, or a text that looks like one: no blanks, and digits among letters; or an address. */
function isId(path: string, text: string): boolean {
  if (text.length < 2 || text.length > ID_LENGTH_MAX || /\s/.test(text)) return false;
  if (/(^|[._[])id$|_id$|[a-z]Id$/.test(path)) return true;
  return text.length >= 4 && (text.includes('@') || (/\d/.test(text) && /[A-Za-z]/.test(text)));
}
