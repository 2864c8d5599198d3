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

/**
 * Which calendar day an instant falls in, in an IANA time zone.
 * Offsets come from the platform's zone data; the last day asked for is remembered, so the usual answer costs two comparisons.
 */
export function calendar(timeZone: string): Calendar {
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
  let last: Day = { start: 0, end: 0 };
  return (at) => {
    if (at >= last.start && at < last.end) return last;
    const date = dateOf(at);
    last = { start: edge(at, (t) => dateOf(t) === date, -1), end: edge(at, (t) => dateOf(t) === date, 1) };
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
