import { stableHash } from '../../std/stable-hash.ts';
import type { ClassEvidence, JudgedSession } from './evidence.ts';
import type { KnownWrite } from './writes.ts';

/**
 * The sessions of a class of which it is known whether they did harm, in the order of their first writes: an agent names its
 * sessions, and could hold those with harm open until they ended behind a look that was planned.
 *
 * A session with a write that is known to be wrong did harm, however much of it was judged. One of which every write was judged
 * right did none. In between lies one of which a part was judged and that was right: were it counted as clean, harm in what nobody
 * looked at would count as none, and the more so the longer the session; were it left out, long sessions would hardly ever count.
 * So it counts as clean with the chance that a wrong write of it would have been among those that were judged, drawn by a hash of
 * the first one's name, which the door chose: then of sessions with a wrong write as large a part is counted as of those without, and their share stays what it is.
 * Writes that were looked at because they are anomalies say nothing of the others: the chance is the least of both kinds'.
 */
export function judgedSessions(writes: readonly KnownWrite[]): Pick<ClassEvidence, 'judged' | 'undecided'> {
  const sessions = Map.groupBy(
    writes.filter(({ meant }) => meant),
    ({ intent: { session } }) => session,
  );
  const judged: JudgedSession[] = [];
  let undecided = 0;
  for (const [session, its] of sessions) {
    const known = its.filter(({ harmful }) => harmful !== null);
    const [first] = its;
    if (first === undefined || known.length === 0) continue;
    const wrong = known.filter(({ harmful }) => harmful === true);
    if (wrong.length === 0 && !counts(first, its)) {
      undecided += 1;
      continue;
    }
    const call = wrong[0]?.intent.call ?? null;
    const parts = { writes: its.length, judged: known.length, harmful: wrong.length, call };
    judged.push({ session, at: first.intent.at, ...parts });
  }
  return { judged: judged.toSorted((a, b) => a.at - b.at || (a.session < b.session ? -1 : 1)), undecided };
}

/** The chance that a wrong write of a session, of either kind, would have been seen: the lesser of both kinds'. */
export function chanceOfSeeing(writes: readonly Pick<KnownWrite, 'harmful' | 'anomalous'>[]): number {
  const shares = [true, false].flatMap((anomalous) => {
    const kind = writes.filter((one) => one.anomalous === anomalous);
    return kind.length === 0 ? [] : [kind.filter(({ harmful }) => harmful !== null).length / kind.length];
  });
  return Math.min(...shares);
}

function counts(first: KnownWrite, its: readonly KnownWrite[]): boolean {
  return stableHash(first.intent.call) / HASHES < chanceOfSeeing(its);
}

const HASHES = 2 ** 32;
