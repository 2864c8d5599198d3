import type { Entry, Recorded } from '../../journal/entry.ts';
import type { Extent } from './told.ts';

/**
 * What a story asks of a journal. Two implementations answer alike: {@link readArchive}, which reads everything, and
 * {@link openArchive}, which looks into an index of identifiers.
 */
export interface Archive {
  /** Where an identifier is mentioned, in the journal's order. */
  find(key: string, wanted?: Wanted): Promise<readonly Place[]>;
  /** The calls of a session, how they ended, and its notes, in the journal's order. */
  session(agent: string, id: string): Promise<readonly Place[]>;
  /** The records in the journal's order, each once. Of a place only `seq` must be right. */
  read(places: readonly Place[]): Promise<readonly Recorded[]>;
  /** The last records. */
  recent(count: number): Promise<readonly Recorded[]>;
  extent(): Promise<Extent>;
}

/** One mention of an identifier. */
export interface Place {
  readonly seq: number;
  readonly kind: Kind;
  readonly role: Role;
}

export type Kind = Entry['kind'];

/** As what a record mentions an identifier. */
export type Role =
  /** It is a record of this call: its intent, its outcome, a review of it. */
  | 'call'
  /** Another call is named: whose approval it used, which it repeats, for which it was read, which it severed. */
  | 'other'
  | 'session'
  | 'subject'
  /** An id in the address or the body of a call. */
  | 'sent'
  /** An id in an answer. */
  | 'answered'
  | 'task'
  | 'grant'
  | 'agent'
  /** Declared for a task. */
  | 'declared'
  | 'policy'
  | 'page'
  | 'person';

/** Which of the mentions; absent: all. */
export interface Wanted {
  readonly kinds?: readonly Kind[];
  readonly roles?: readonly Role[];
  /** Only records before this one. */
  readonly before?: number;
  /** Only records after this one. */
  readonly after?: number;
  /** No more than the last so many. */
  readonly last?: number;
}

/** Under what the records are found that name the policy in force. No identifier begins with a NUL. */
export const POLICY_KEY = '\0policy';

/** Under what an agent's freezes, and what let it work again, are found among its thousands of calls. */
export const stopsKey = (agent: string): string => `\0stops ${agent}`;

/** Under what the record of a grant is found among the calls made with it. */
export const grantKey = (grant: string): string => `\0grant ${grant}`;

export const sessionKey = (agent: string, session: string): string => `\0session ${agent} ${session}`;

export function isWanted({ seq, kind, role }: Place, { kinds, roles, before, after }: Wanted): boolean {
  return (
    kinds?.includes(kind) !== false &&
    roles?.includes(role) !== false &&
    (before === undefined || seq < before) &&
    (after === undefined || seq > after)
  );
}
