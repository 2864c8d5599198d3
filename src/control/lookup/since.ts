import type { Instant } from '../../std/clock.ts';
import { openArchive } from '../../warehouse/archive/open-archive.ts';
import { POLICY_KEY } from '../../warehouse/why/archive.ts';
import { POLICIES_LOOKED_MAX } from './bounds.ts';
import type { QuestionOf } from './question.ts';

/** Since when a policy is in force, without another between; `null`: the journal does not have it as its last. */
export async function policySince(dir: string, { digest }: QuestionOf<'since'>): Promise<Instant | null> {
  const archive = openArchive(dir);
  try {
    const records = await archive.read(await archive.find(POLICY_KEY, { last: POLICIES_LOOKED_MAX }));
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
