import type { Instant } from '../../../std/clock.ts';

/**
 * Instants of one story, first to last: the zone once, the day where it is new, milliseconds only where there are some. Where
 * a day of another zone counts, the local time stands with the first moment of each of its days: there a limit begins anew.
 */
export class Moments {
  readonly #zones: readonly Zone[];
  #last: Instant | undefined;

  /** @param zones IANA names, whose days count */
  constructor(zones: readonly string[]) {
    this.#zones = [...new Set(zones)].filter((name) => name !== 'UTC').map(zoneOf);
  }

  told(from: Instant, until: Instant = from): string {
    const last = this.#last;
    this.#last = until;
    const isFirst = last === undefined;
    const begins = `${isFirst || dayOf(last) !== dayOf(from) ? `${dayOf(from)} ` : ''}${timeOf(from)}${isFirst ? ' UTC' : ''}`;
    const ends = until === from ? '' : ` to ${dayOf(until) === dayOf(from) ? '' : `${dayOf(until)} `}${timeOf(until)}`;
    return `${begins}${this.#local(last, from)}${ends}${this.#local(from, until)}`;
  }

  #local(before: Instant | undefined, at: Instant): string {
    const news = this.#zones.filter(({ day }) => before === undefined || day(before) !== day(at));
    return news.length === 0 ? '' : ` (${news.map(({ name, clock }) => `${clock(at)} in ${name}`).join(', ')})`;
  }
}

interface Zone {
  readonly name: string;
  readonly day: (at: Instant) => string;
  readonly clock: (at: Instant) => string;
}

function zoneOf(name: string): Zone {
  // Swedish writes ISO's own order: 2026-01-04 19:00:00.
  const days = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short' });
  const clocks = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' });
  return { name, day: (at) => days.format(at), clock: (at) => clocks.format(at) };
}

function dayOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}

function timeOf(at: Instant): string {
  const text = new Date(at).toISOString().slice(11, 23);
  return text.endsWith('.000') ? text.slice(0, 8) : text;
}
