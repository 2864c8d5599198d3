import { calendar } from '../../../std/calendar.ts';
import type { Instant } from '../../../std/clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Far enough for every clock change of a year. */
const AHEAD_DAYS = 366;
/** A run begins so long before what is special. */
const BEFORE_MS = 2 * MINUTE_MS;

/**
 * When runs begin: an ordinary weekday afternoon first, which everything shrinks to; then shortly before midnight, the month's
 * end and both clock changes, everywhere a rule counts days.
 */
export function startsOf(startsAt: Instant, timeZones: readonly string[]): readonly Instant[] {
  const ordinary = ordinaryAfternoon(startsAt);
  const special = (timeZones.length === 0 ? ['UTC'] : timeZones).flatMap((timeZone) => {
    const day = calendar(timeZone);
    const changes = clockChanges(timeZone, ordinary);
    return [
      day(ordinary).end,
      monthEnd(timeZone, ordinary),
      ...changes.flatMap((at) => [day(at - 1).start, at, day(at).end]),
    ];
  });
  const before = special.map((at) => at - BEFORE_MS).filter((at) => at >= startsAt && at !== ordinary);
  return [ordinary, ...new Set(before.sort((a, b) => a - b))];
}

/** 14:00 UTC on the first weekday that still has it. */
function ordinaryAfternoon(startsAt: Instant): Instant {
  let at = Math.floor(startsAt / DAY_MS) * DAY_MS + 14 * HOUR_MS;
  while (at < startsAt || isWeekend(at)) at += DAY_MS;
  return at;
}

function isWeekend(at: Instant): boolean {
  const THURSDAY = 4; // 1 January 1970
  return [0, 6].includes((Math.floor(at / DAY_MS) + THURSDAY) % 7);
}

/** The end of the last day of the month that holds `at`. */
function monthEnd(timeZone: string, at: Instant): Instant {
  const day = calendar(timeZone);
  const month = field(timeZone, 'month');
  let { end } = day(at);
  while (month(end) === month(at)) ({ end } = day(end));
  return end;
}

/** The instants of a year at which the zone's clocks jump. */
function clockChanges(timeZone: string, from: Instant): readonly Instant[] {
  const hour = field(timeZone, 'hour');
  const changes: Instant[] = [];
  for (let at = from; at < from + AHEAD_DAYS * DAY_MS; at += DAY_MS) {
    const before = hour(at);
    if (before === hour(at + DAY_MS)) continue;
    let hours = 1;
    while (hour(at + hours * HOUR_MS) === (before + hours) % 24) hours += 1;
    changes.push(at + hours * HOUR_MS);
  }
  return changes;
}

function field(timeZone: string, name: 'month' | 'hour'): (at: Instant) => number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', [name]: 'numeric' });
  return (at) => Number(format.format(at));
}
