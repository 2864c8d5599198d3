import type { PageEntry, Recorded } from '../../journal/entry.ts';
import { openArchive } from '../../warehouse/archive/open-archive.ts';
import { pageId } from '../../warehouse/why/stops.ts';
import type { PageView } from '../contract/lookups.ts';
import { TOLD_RECORDS_MAX } from './bounds.ts';
import type { QuestionOf } from './question.ts';

/** Pages that reached somebody, or were given up, as far as the last records say; the newest first. */
export async function pagesTold(dir: string, { limit }: QuestionOf<'told'>): Promise<readonly PageView[]> {
  const archive = openArchive(dir);
  try {
    const records = await archive.recent(TOLD_RECORDS_MAX);
    const attempts = records.filter((record): record is Recorded<PageEntry> => record.kind === 'page');
    const ended = attempts.filter(({ outcome }) => outcome !== 'failed').toReversed();
    const pages = [...new Set(ended.map(({ page }) => page))].slice(0, limit);
    const views: PageView[] = [];
    for (const page of pages) {
      const seq = Number(/^page_(\d+)_/.exec(page)?.[1] ?? Number.NaN);
      const [cause] = Number.isNaN(seq) ? [] : await archive.read([{ seq, kind: 'freeze', role: 'page' }]);
      if (cause === undefined || pageId(cause) !== page || !('agent' in cause)) continue;
      const kind = cause.kind === 'call' ? 'hold' : cause.kind;
      const since = new Date(cause.at).toISOString();
      const givenUp = ended.filter((one) => one.page === page && one.outcome === 'abandoned');
      const abandoned = [...new Set(givenUp.map(({ channel }) => channel))];
      views.push({ page, kind, agent: String(cause.agent), since, waiting: {}, abandoned });
    }
    return views;
  } finally {
    archive.close();
  }
}
