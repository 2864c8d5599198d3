import type { CallEntry, GrantEntry, NoteEntry, PolicyEntry, Recorded } from '../../journal/entry.ts';
import { grantKey, POLICY_KEY, sessionKey, type Archive, type Place } from './archive.ts';
import { readPolicyText, type PolicyText } from './policy-lines.ts';
import { only, stepOf, wholes, type Whole } from './steps.ts';
import type { GrantTold, Step } from './told.ts';

/** Calls and notes of a session before a call that are looked into for its values. */
export const BEFORE_READ_MAX = 500;
/** Calls and notes of a session behind a call: what it did next. */
const AFTER_READ_MAX = 40;
/** How many records behind a call are searched for them, and by how much more where that was too few. */
const AHEAD = 500;
const AHEAD_FACTOR = 30;
/** A grant is narrowed a few times, not for ever. */
const PARENTS_MAX = 8;
/** Starts of the door that are looked back over for when a policy came into force. */
const POLICIES_MAX = 100;

/** What a call stood in: the other calls of its session, and its notes. */
export interface Session {
  readonly before: readonly Whole[];
  readonly after: readonly Whole[];
  readonly notes: readonly Recorded<NoteEntry>[];
  /** What the door read for it. */
  readonly reread: Step | null;
  /** There was more before than was looked into. */
  readonly isLong: boolean;
}

export async function sessionOf(archive: Archive, entry: Recorded<CallEntry>): Promise<Session> {
  const key = sessionKey(entry.agent, entry.session);
  const earlier = await archive.find(key, { kinds: OWN, before: entry.seq, last: BEFORE_READ_MAX + 1 });
  const records = await archive.read([...earlier.slice(-BEFORE_READ_MAX), ...(await laterOf(archive, key, entry.seq))]);
  const calls = await wholes(archive, records);
  const own = calls.filter((one) => one.entry.before === undefined && one.entry.call !== entry.call);
  const reread = calls.find((one) => one.entry.before === entry.call);
  return {
    before: own.filter((one) => one.entry.seq < entry.seq),
    after: own.filter((one) => one.entry.seq > entry.seq),
    notes: only(records, 'note'),
    reread: reread === undefined ? null : stepOf(reread),
    isLong: earlier.length > BEFORE_READ_MAX,
  };
}

const OWN = ['call', 'note'] as const;

/** What comes next in a session. Sessions may be long and a journal longer: it is searched a stretch at a time. */
async function laterOf(archive: Archive, key: string, seq: number): Promise<readonly Place[]> {
  const { records: end } = await archive.extent();
  for (let ahead = AHEAD; ; ahead *= AHEAD_FACTOR) {
    const before = seq + ahead;
    const found = await archive.find(key, { kinds: OWN, after: seq, before });
    if (found.length >= AFTER_READ_MAX || before > end) return found.slice(0, AFTER_READ_MAX);
  }
}

export async function grantsOf(
  archive: Archive,
  entry: CallEntry,
): Promise<{ readonly entries: readonly Recorded<GrantEntry>[]; readonly told: readonly GrantTold[] }> {
  const entries: Recorded<GrantEntry>[] = [];
  const told: GrantTold[] = [];
  for (let id: string | null = entry.grant; id !== null && entries.length < PARENTS_MAX;) {
    const records: readonly Recorded[] = await archive.read(await archive.find(grantKey(id)));
    const wanted: string = id;
    const grant = only(records, 'grant').find((one) => one.grant === wanted);
    if (grant === undefined) break;
    const revoke = only(records, 'revoke').find((one) => one.grant === wanted);
    const { at, by, environment, expiresAt, routes, values = {} } = grant;
    entries.push(grant);
    told.push({
      grant: grant.grant,
      at,
      by,
      environment,
      expiresAt,
      routes,
      values,
      revoked: revoke === undefined ? null : { at: revoke.at, by: revoke.by },
    });
    id = grant.parent;
  }
  return { entries, told };
}

export interface PolicyFound {
  readonly entry: Recorded<PolicyEntry> | undefined;
  readonly since: number | null;
  readonly text: PolicyText | undefined;
}

export async function policyOf(archive: Archive, { seq }: Recorded<CallEntry>): Promise<PolicyFound> {
  const entries = only(
    await archive.read(await archive.find(POLICY_KEY, { before: seq, last: POLICIES_MAX })),
    'policy',
  );
  const entry = entries.at(-1);
  if (entry === undefined) return { entry, since: null, text: undefined };
  const other = entries.findLastIndex(({ digest }) => digest !== entry.digest);
  return { entry, since: entries[other + 1]?.at ?? entry.at, text: await readPolicyText(entry) };
}
