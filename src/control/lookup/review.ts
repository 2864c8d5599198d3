import { fail, ok, type Result } from '../../std/result.ts';
import { formatMoney } from '../../std/money.ts';
import { candidatesOf, EVERYTHING, type ReviewedRun } from '../../evidence/review/of-run.ts';
import { queue, type Candidate } from '../../evidence/review/queue.ts';
import { SAMPLE } from '../../evidence/review/sample.ts';
import { holdsJournal, shadowRun, type RunUnread } from '../../evidence/shadow/run.ts';
import { revealed } from '../../journal/index.ts';
import { sessionLines } from '../../report/review/story.ts';
import { openArchive, type OpenArchive } from '../../warehouse/archive/open-archive.ts';
import type { ReviewItem, ReviewQueue } from '../contract/lookups.ts';
import { LOOKUP_DATABASE_BYTES } from './bounds.ts';
import { keptRun } from './kept-run.ts';
import type { LookupRefused, QuestionOf } from './question.ts';

/**
 * What waits for this reviewer, as `interlock review --by NAME` has it: the same draw, in the same order. Nothing is told of what
 * others think, nor whether they have looked: an opinion is one's own.
 */
export async function reviewQueue(
  dir: string,
  { agent, by, limit, second }: QuestionOf<'review'>,
): Promise<Result<ReviewQueue, LookupRefused>> {
  const run = await runOf(dir, agent);
  if (!run.ok) {
    const status = run.failure.kind === 'no_agent' ? 404 : 503;
    return fail({ status, message: `Failed to look for what is to be reviewed: ${run.failure.why}` });
  }
  const all = candidatesOf(run.value, SAMPLE, EVERYTHING);
  const chosen = queue(all, { by, second });
  const left = chosen.filter(({ opinions }) => !opinions.some((one) => one.by === by));
  const archive = openArchive(dir);
  try {
    const items: ReviewItem[] = [];
    for (const one of left.slice(0, limit)) items.push(await itemOf(archive, dir, one));
    return ok({ agent, by, chosen: chosen.length, reviewed: chosen.length - left.length, left: left.length, items });
  } finally {
    archive.close();
  }
}

/** What is kept of it; of a journal that is too large for that, what the warehouse says. */
async function runOf(dir: string, agent: string | null): Promise<Result<ReviewedRun, RunUnread>> {
  const kept = holdsJournal(dir) ? keptRun(dir) : 'too_large';
  if (kept === 'too_large') {
    return shadowRun(dir, agent, { memoryBytes: LOOKUP_DATABASE_BYTES, threads: 1 });
  }
  const run = kept.of(agent);
  return run === null ? fail({ kind: 'no_agent', why: `no call there is of an agent \`${agent}\`.` }) : ok(run);
}

async function itemOf(archive: OpenArchive, dir: string, candidate: Candidate): Promise<ReviewItem> {
  const { call, at, agent, route, stage, subject, amount, verdict, session } = candidate.intent;
  // In clear where it was not erased: a person must see what there is to judge.
  const records = revealed(dir, [...(await archive.read(await archive.session(agent, session)))]);
  return {
    call,
    at: new Date(at).toISOString(),
    agent,
    route,
    stage,
    subject,
    amount: amount === null ? null : formatMoney(amount),
    verdict,
    anomalies: [...candidate.anomalies],
    story: [...sessionLines(candidate, records)],
  };
}
