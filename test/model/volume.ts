import type { Call } from '../../src/engine/call.ts';
import type { Event } from '../../src/engine/event.ts';
import type { VolumeRule } from '../../src/engine/guards/volume.ts';
import { inBuckets } from './buckets.ts';
import { dateIn } from './dates.ts';
import { History, type Admitted } from './history.ts';

/** How many calls count against a rule at a call, and how many may: by reading the whole history again. */
export function volumeAt({ routes, limit, per }: VolumeRule, events: readonly Event[], call: Call) {
  const mine = new History(events).of(call.agent).admitted();
  const today = (at: number): boolean =>
    per.kind === 'day' && dateIn(per.timeZone, at) === dateIn(per.timeZone, call.at);
  const inWindow = (at: number): boolean => (per.kind === 'day' ? today(at) : at > call.at - per.ms);
  const stillCounts = ({ end }: Admitted): boolean =>
    end === undefined || (end.effectiveness !== 'ineffective' && inWindow(end.at));
  const done = mine.filter((one) => routes === 'all' || routes.has(one.call.route)).filter(stillCounts).length;
  if (limit.kind === 'baseline') return { done, max: limit.max };
  const seen = mine
    .filter((one) => limit.of.has(one.call.route) && one.end?.effectiveness === 'effective')
    .filter(({ end }) => (per.kind === 'day' ? today(end!.at) : inBuckets(end!.at, call.at, per.ms)))
    .flatMap((one) => one.call.subject?.toLowerCase().replaceAll(/\s/g, '') ?? []);
  return { done, max: limit.free + Math.floor((new Set(seen).size * limit.share) / 1e6) };
}
