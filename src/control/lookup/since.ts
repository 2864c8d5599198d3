import type { Instant } from '../../std/clock.ts';
import { openArchive } from '../../warehouse/archive/open-archive.ts';
import { POLICY_KEY } from '../../warehouse/why/archive.ts';
import type { QuestionOf } from './question.ts';

/** Starts and reloads that are looked back at. */
const POLICIES_MAX = 200;

/** Since when a policy is in force, without another between; `null`: the journal does not have it as its last. */
export async function policySince(dir: string, { digest }: QuestionOf<'since'>): Promise<Instant | null> {
  const archive = openArchive(dir);
  try {
    const records = await archive.read(await archive.find(POLICY_KEY, { last: POLICIES_MAX }));
    let since: Instant | null = null;
    for (const record of records.toReversed()) {
      if (record.kind !== 'policy' || record.digest !== digest) break;
      since = record.at;
    }
    return since;
  } finally {
    archive.close();
  }
}
