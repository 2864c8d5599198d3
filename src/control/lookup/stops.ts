import type { Recorded } from '../../journal/entry.ts';
import { openArchive } from '../../warehouse/archive/open-archive.ts';
import { stopsKey } from '../../warehouse/why/archive.ts';
import type { StopPage, StopView } from '../contract/lookups.ts';
import { STOPS_MAX_MS } from './bounds.ts';
import type { QuestionOf } from './question.ts';

/** The last stops of agents, and what let them work again, the newest first. */
export async function stopsIn(dir: string, { agents, limit }: QuestionOf<'stops'>): Promise<StopPage> {
  const untilMs = performance.now() + STOPS_MAX_MS;
  const archive = openArchive(dir);
  try {
    const found: StopView[] = [];
    const unseen: string[] = [];
    for (const agent of agents) {
      if (performance.now() >= untilMs) {
        unseen.push(agent);
        continue;
      }
      const places = await archive.find(stopsKey(agent), { last: limit });
      found.push(...(await archive.read(places)).flatMap((record) => stopView(record) ?? []));
    }
    const stops = found.toSorted((a, b) => b.seq - a.seq);
    return { stops: stops.slice(0, limit), unseen };
  } finally {
    archive.close();
  }
}

function stopView(record: Recorded): StopView | undefined {
  switch (record.kind) {
    case 'freeze':
    case 'assent':
    case 'resume':
    case 'standing': {
      const { seq, at, kind, agent, by, reason } = record;
      const severed = record.kind === 'freeze' ? record.severed.length : 0;
      return { seq, at: new Date(at).toISOString(), kind, agent, by, reason, severed };
    }
    default:
      return undefined;
  }
}
