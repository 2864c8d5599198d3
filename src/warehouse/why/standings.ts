import type { Recorded } from '../../journal/entry.ts';
import type { StandingEntry } from '../../journal/standing-entry.ts';
import { stopsKey, type Archive } from './archive.ts';
import { only } from './steps.ts';
import { pagesOf } from './stops.ts';
import type { StandingTold } from './told.ts';

/** More than anybody reads of one agent. */
const STANDINGS_MAX = 200;

/** How an agent came to stand where it did, the oldest first, with who was told. */
export async function standingsOf(archive: Archive, agent: string): Promise<readonly StandingTold[]> {
  const records = await archive.read(await archive.find(stopsKey(agent), { kinds: ['standing'], last: STANDINGS_MAX }));
  return Promise.all(only(records, 'standing').map((record) => standingTold(archive, record)));
}

/** Where the agent stood when it made a call, and where it came to stand within the time behind it. */
export async function standingsAround(
  archive: Archive,
  { agent, at, seq }: { readonly agent: string; readonly at: number; readonly seq: number },
  followedMs: number,
): Promise<readonly StandingTold[]> {
  const standings = await standingsOf(archive, agent);
  const ground = standings.findLast((one) => one.seq < seq && one.what !== 'expiring');
  const next = standings.filter((one) => one.seq > seq && one.at - at <= followedMs);
  return [...(ground === undefined ? [] : [ground]), ...next];
}

async function standingTold(archive: Archive, record: Recorded<StandingEntry>): Promise<StandingTold> {
  const { seq, agent, at, was, stands, cause, by, reason } = record;
  return {
    seq,
    agent,
    at,
    what: cause.what,
    was,
    stands,
    by,
    reason,
    rule: cause.what === 'demoted' ? cause.rule : null,
    observed: cause.what === 'demoted' ? cause.observed : null,
    limit: cause.what === 'demoted' ? cause.limit : null,
    promotion: 'promotion' in cause ? cause.promotion : null,
    until: 'until' in cause ? cause.until : null,
    pages: await pagesOf(archive, record),
  };
}
