import type { AssentEntry, FreezeEntry, PageEntry, Recorded, ResumeEntry } from '../../journal/entry.ts';
import { stopsKey, type Archive } from './archive.ts';
import { only } from './steps.ts';
import type { PageTold, Stop, WordTold } from './told.ts';

/** More stops than anybody reads of one agent. */
const STOPS_MAX = 200;
/** How a page is named after the record that it tells of; see `src/journal/outbox.ts`. */
const HASH_LENGTH = 12;

export const pageId = ({ seq, hash }: Pick<Recorded, 'seq' | 'hash'>): string =>
  `page_${seq}_${hash.slice(0, HASH_LENGTH)}`;

/** The stops of an agent, the oldest first, with who was told and who let it work again. */
export async function stopsOf(
  archive: Archive,
  agent: string,
  range: { after?: number; before?: number } = {},
): Promise<readonly Stop[]> {
  const places = await archive.find(stopsKey(agent), { ...range, last: STOPS_MAX });
  const records = await archive.read(places);
  const freezes = only(records, 'freeze');
  return Promise.all(freezes.map((freeze) => stopOf(archive, freeze, records)));
}

async function stopOf(archive: Archive, freeze: Recorded<FreezeEntry>, records: readonly Recorded[]): Promise<Stop> {
  const { agent, at, trip, by, reason, cause = null, call, severed } = freeze;
  const resume = only(records, 'resume').find(({ seq }) => seq > freeze.seq);
  const until = resume?.seq ?? Infinity;
  const assents = only(records, 'assent').filter(({ seq }) => seq > freeze.seq && seq < until);
  // A crash between a call's own trip and the record of its freeze leaves the call's record as the page.
  const pages = [...(await pagesOf(archive, freeze)), ...(resume === undefined ? [] : await pagesOf(archive, resume))];
  return {
    agent,
    at,
    trip,
    by,
    reason,
    cause,
    call,
    severed,
    pages,
    ...(freeze.proof !== undefined && { proof: freeze.proof }),
    assents: assents.map(wordOf),
    resumed: resume === undefined ? null : wordOf(resume),
  };
}

function wordOf({ at, by, reason, proof }: AssentEntry | ResumeEntry): WordTold {
  return { at, by, reason, ...(proof !== undefined && { proof }) };
}

/** What became of the page of a record, channel by channel. */
export async function pagesOf(archive: Archive, cause: Recorded): Promise<readonly PageTold[]> {
  const attempts = only(await archive.read(await archive.find(pageId(cause))), 'page');
  const byChannel = Map.groupBy(attempts, ({ channel }) => channel);
  return [...byChannel.values()].map(pageTold);
}

function pageTold(attempts: readonly Recorded<PageEntry>[]): PageTold {
  const last = attempts.at(-1)!;
  const { page, channel, attempt, outcome, at, detail = null } = last;
  return { page, channel, attempts: attempt, outcome, at, detail };
}
