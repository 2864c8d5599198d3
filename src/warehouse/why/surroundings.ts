import type { CallEntry, GrantEntry, NoteEntry, PolicyEntry, Recorded } from '../../journal/entry.ts';
import { POLICY_KEY, type Archive } from './archive.ts';
import { readPolicyText, type PolicyText } from './policy-lines.ts';
import { only, stepOf, wholes, type Whole } from './steps.ts';
import type { GrantTold, Step } from './told.ts';

/** Calls of a session before one whose answers are looked into for its values. */
export const ANSWERS_READ_MAX = 2_000;
/** Records of a session behind a call: what it did next, and the notes on it. */
const AFTER_READ_MAX = 200;
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
  readonly skipped: number;
}

export async function sessionOf(archive: Archive, entry: Recorded<CallEntry>): Promise<Session> {
  const places = await archive.session(entry.agent, entry.session);
  const records = await archive.read([
    ...places.filter(({ seq }) => seq < entry.seq).slice(-2 * ANSWERS_READ_MAX),
    ...places.filter(({ seq }) => seq >= entry.seq).slice(0, AFTER_READ_MAX),
  ]);
  const calls = await wholes(archive, records);
  const own = calls.filter((one) => one.entry.before === undefined && one.entry.call !== entry.call);
  const reread = calls.find((one) => one.entry.before === entry.call);
  return {
    before: own.filter((one) => one.entry.seq < entry.seq),
    after: own.filter((one) => one.entry.seq > entry.seq),
    notes: only(records, 'note'),
    reread: reread === undefined ? null : stepOf(reread),
    skipped: Math.max(0, places.filter(({ seq }) => seq < entry.seq).length - 2 * ANSWERS_READ_MAX),
  };
}

export async function grantsOf(
  archive: Archive,
  entry: CallEntry,
): Promise<{ readonly entries: readonly Recorded<GrantEntry>[]; readonly told: readonly GrantTold[] }> {
  const entries: Recorded<GrantEntry>[] = [];
  const told: GrantTold[] = [];
  for (let id: string | null = entry.grant; id !== null && entries.length < PARENTS_MAX;) {
    const records: readonly Recorded[] = await archive.read(await archive.find(id, { kinds: ['grant', 'revoke'] }));
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
