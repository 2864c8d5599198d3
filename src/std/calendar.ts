import type { Instant } from './clock.ts';

/** One calendar day somewhere: [startMs, endMs), 23 to 25 hours long where clocks change. */
export interface Day {
  readonly start: Instant;
  readonly end: Instant;
}

export type Calendar = (at: Instant) => Day;

const HOUR_MS = 3_600_000;

export function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return /^(UTC|[A-Z][A-Za-z_]+\/.+)$/.test(name);
  } catch {
    return false;
  }
}

/** Zones that were asked for. There are as many as the world has. */
const calendars = new Map<string, Calendar>();

/**
 * Which calendar day an instant falls in, in an IANA time zone.
 *
 * A zone's calendar is made once and shared: it is a pure function that remembers, and the platform takes 80 µs to make its
 * formatter and 130 µs to find the edges of one day. A probe that begins thousands of runs would do little else.
 */
export function calendar(timeZone: string): Calendar {
  let known = calendars.get(timeZone);
  if (known === undefined) calendars.set(timeZone, (known = newCalendar(timeZone)));
  return known;
}

/** Days that a calendar remembers before it begins anew: eleven years. */
const DAYS_KEPT = 4_096;
const UTC_DAY_MS = 86_400_000;

/** Offsets come from the platform's zone data. The day asked for last costs two comparisons, one asked for before a look-up. */
export function newCalendar(timeZone: string): Calendar {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const dateOf = (at: Instant): string => format.format(at).slice(0, 10);
  /** By the day of UTC: the zone's days that were asked for in it, two or three. */
  const days = new Map<number, Day[]>();
  let last: Day = { start: 0, end: 0 };
  return (at) => {
    if (at >= last.start && at < last.end) return last;
    const utcDay = Math.floor(at / UTC_DAY_MS);
    const near = days.get(utcDay);
    const known = near?.find(({ start, end }) => at >= start && at < end);
    if (known !== undefined) return (last = known);
    const date = dateOf(at);
    last = { start: edge(at, (t) => dateOf(t) === date, -1), end: edge(at, (t) => dateOf(t) === date, 1) };
    if (days.size >= DAYS_KEPT) days.clear();
    days.set(utcDay, [...(days.get(utcDay) ?? []), last]);
    return last;
  };
}

/** The first instant of the day (step −1) or the first after it (step +1), by galloping an hour at a time, then bisection. */
function edge(at: Instant, inside: (t: Instant) => boolean, step: -1 | 1): Instant {
  let within = at;
  let beyond = at + step * HOUR_MS;
  while (inside(beyond)) {
    within = beyond;
    beyond += step * HOUR_MS;
  }
  while (Math.abs(beyond - within) > 1) {
    const middle = Math.floor((within + beyond) / 2);
    if (inside(middle)) within = middle;
    else beyond = middle;
  }
  return step === -1 ? within : beyond;
}
