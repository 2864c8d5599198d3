import { chanceOfSeeing } from '../../../src/gate/evidence/judged.ts';
import type { Recorded } from '../../../src/journal/entry.ts';
import { stableHash } from '../../../src/std/stable-hash.ts';
import { isMeant, isStopped, isUpstreams, naiveCalls, type NaiveCall } from '../../evidence/shadow/naive.ts';
import { candidates } from '../../../src/evidence/review/queue.ts';
import { SAMPLE } from '../../../src/evidence/review/sample.ts';
import { daysIn } from '../../../src/evidence/review/strata.ts';
import { intentsOf } from '../../../src/evidence/intents/from-journal.ts';
import { BOT } from './journals.ts';

/** Evidence as a plain loop over the records counts it, from one record to another. */
export function naiveEvidence(records: readonly Recorded[], first: number, last: number, timeZone: string) {
  const all = naiveCalls(records, { agent: BOT, from: null, to: null, stage: 'shadow', timeZone });
  // A write that asks again for the answer of one before the stretch is the first one in it.
  const seen = new Set<string>();
  const calls = all
    .filter(({ seq }) => seq >= first && seq <= last)
    .map((call): NaiveCall => {
      const { key, fingerprint } = call.facts;
      const alone = { ...call, repeat: false };
      if (key === undefined || !isMeant(alone)) return alone;
      const name = JSON.stringify([call.session, key, fingerprint]);
      const repeat = seen.has(name);
      seen.add(name);
      return { ...call, repeat };
    });
  return {
    calls,
    meant: calls.filter(isMeant),
    stopped: calls.filter(isStopped),
    judged: judgedBy(records, calls, timeZone),
  };
}

/** The last word of each reviewer on each call: `true` where one of them says that it was wrong. */
function opinionsIn(records: readonly Recorded[]): ReadonlyMap<string, boolean | null> {
  const last = new Map<string, Map<string, string>>();
  for (const record of records) {
    if (record.kind !== 'assessment' || record.agent !== BOT) continue;
    const given = last.get(record.call) ?? new Map<string, string>();
    last.set(record.call, given.set(record.by, record.opinion));
  }
  return new Map(
    [...last].map(([call, given]) => {
      const said = [...given.values()];
      return [call, said.includes('wrong') ? true : said.includes('sane') ? false : null];
    }),
  );
}

/** Of each route, its sessions as `session judged/writes harmful`, in the order of their first writes. */
function judgedBy(
  records: readonly Recorded[],
  calls: readonly NaiveCall[],
  timeZone: string,
): ReadonlyMap<string, readonly string[]> {
  const opinions = opinionsIn(records);
  const within = new Set<string>(calls.map(({ call }) => call));
  const { writes } = intentsOf(records, BOT);
  const its = writes.filter(({ call }) => within.has(call));
  const { all } = candidates(its, [], SAMPLE, daysIn(timeZone));
  const odd = new Set<string>(all.filter(({ anomalies }) => anomalies.length > 0).map(({ intent }) => intent.call));
  const routes = Map.groupBy(calls.filter(isMeant), ({ route }) => route as string);
  return new Map(
    [...routes].map(([route, own]) => {
      const sessions = [...Map.groupBy(own, ({ session }) => session)].flatMap(([session, writesOf]) => {
        const begun = Math.min(...writesOf.map(({ at }) => at));
        const harmful = writesOf.filter(({ call }) => opinions.get(call) === true).length;
        const judged = writesOf.filter(({ call }) => (opinions.get(call) ?? null) !== null).length;
        const chance = chanceOfSeeing(
          writesOf.map(({ call }) => ({ harmful: opinions.get(call) ?? null, anomalous: odd.has(call) })),
        );
        const counts = harmful > 0 || (judged > 0 && stableHash(writesOf[0]?.call ?? '') / 2 ** 32 < chance);
        return counts ? [{ begun, session, text: `${session} ${judged}/${writesOf.length} ${harmful}` }] : [];
      });
      return [
        route,
        sessions.toSorted((a, b) => a.begun - b.begun || (a.session < b.session ? -1 : 1)).map(({ text }) => text),
      ] as const;
    }),
  );
}

export const failedUpstream = ({ ended }: NaiveCall): boolean =>
  ended !== undefined && isUpstreams(ended) && ((ended.status ?? 0) >= 400 || ended.failure !== null);

export const reachedUpstream = ({ verdict, ended }: NaiveCall): boolean =>
  verdict === 'allow' && ended !== undefined && isUpstreams(ended);
