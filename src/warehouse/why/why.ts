import { accountOf } from './account.ts';
import type { Archive } from './archive.ts';
import { callStory } from './call-story.ts';
import { meaningsOf, nearestTo, readingsOf } from './question.ts';
import type { Told } from './told.ts';

/** How many of the last records are looked through for what a typing error could have meant. */
const RECENT = 5_000;

/** What happened and why, of whatever was asked for. Pure over the archive. */
export async function tellWhy(
  archive: Archive,
  asked: string,
  alias?: (name: string) => readonly string[],
): Promise<Told> {
  const meanings = await meaningsOf(archive, asked, alias);
  const [only] = meanings;
  if (only === undefined) {
    return {
      kind: 'nothing',
      asked,
      tried: readingsOf(asked),
      looked: await archive.extent(),
      nearest: nearestTo(asked, await archive.recent(RECENT)),
    };
  }
  if (meanings.length > 1) return { kind: 'choice', asked, candidates: meanings };
  if (only.role !== 'call') return accountOf(archive, only);
  const story = await callStory(archive, only.name);
  return story ?? { kind: 'nothing', asked, tried: [only.name], looked: await archive.extent(), nearest: [] };
}
