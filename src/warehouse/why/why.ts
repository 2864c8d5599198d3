import { accountOf } from './account.ts';
import type { Archive } from './archive.ts';
import { callStory } from './call-story.ts';
import { nearestTo, readingsOf, RECENT, senseOf } from './question.ts';
import type { Told } from './told.ts';

/** What happened and why, of whatever was asked for. Pure over the archive. */
export async function tellWhy(
  archive: Archive,
  asked: string,
  alias?: (name: string) => readonly string[],
): Promise<Told> {
  const { meanings, misnamed } = await senseOf(archive, asked, alias);
  const [only] = meanings;
  if (only === undefined) {
    return {
      kind: 'nothing',
      asked,
      tried: readingsOf(asked),
      looked: await archive.extent(),
      nearest: misnamed === null ? nearestTo(asked, await archive.recent(RECENT)) : [],
      misnamed,
    };
  }
  if (meanings.length > 1) return { kind: 'choice', asked, candidates: meanings };
  if (only.role !== 'call') return accountOf(archive, only);
  const story = await callStory(archive, only.name);
  return (
    story ?? { kind: 'nothing', asked, tried: [only.name], looked: await archive.extent(), nearest: [], misnamed: null }
  );
}
