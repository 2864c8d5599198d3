import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendar, isTimeZone, newCalendar } from '../../src/std/calendar.ts';
import { dateIn } from '../model/dates.ts';

const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(text);

const lengths: [zone: string, noonThere: string, hours: number, start: string][] = [
  ['America/New_York', '2026-03-08T16:00Z', 23, '2026-03-08T05:00Z'],
  ['America/New_York', '2026-11-01T17:00Z', 25, '2026-11-01T04:00Z'],
  ['America/New_York', '2026-07-04T16:00Z', 24, '2026-07-04T04:00Z'],
  ['Europe/Berlin', '2026-03-29T10:00Z', 23, '2026-03-28T23:00Z'],
  ['Europe/Berlin', '2026-10-25T11:00Z', 25, '2026-10-24T22:00Z'],
  // Havana's clocks change at midnight: that day begins at 01:00, and in autumn its first hour comes twice.
  ['America/Havana', '2026-03-08T16:00Z', 23, '2026-03-08T05:00Z'],
  ['America/Havana', '2026-11-01T17:00Z', 25, '2026-11-01T04:00Z'],
  ['Asia/Kathmandu', '2026-06-15T06:15Z', 24, '2026-06-14T18:15Z'],
  // Samoa had no 30 December 2011.
  ['Pacific/Apia', '2011-12-29T22:00Z', 24, '2011-12-29T10:00Z'],
  ['Pacific/Apia', '2011-12-30T22:00Z', 24, '2011-12-30T10:00Z'],
  ['Australia/Lord_Howe', '2026-04-05T01:00Z', 24.5, '2026-04-04T13:00Z'],
  ['UTC', '1970-01-01T00:00Z', 24, '1970-01-01T00:00Z'],
];

describe('calendar', () => {
  test.each(lengths)('in %s the day around %s lasts %d hours from %s', (zone, noon, hours, start) => {
    const day = calendar(zone)(at(noon));
    expect(new Date(day.start).toISOString()).toBe(new Date(at(start)).toISOString());
    expect((day.end - day.start) / HOUR_MS).toBe(hours);
  });

  const ZONES = [
    ...new Set(lengths.map(([zone]) => zone)),
    'Asia/Tokyo',
    'Africa/Cairo',
    'America/Santiago',
    'Asia/Beirut',
  ];
  const instant = fc.integer({ min: at('2011-01-01T00:00Z'), max: at('2037-12-31T00:00Z') });

  test('at any instant the day holds it, has one date, and its neighbours have another', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instant, (zone, instant) => {
        const { start, end } = calendar(zone)(instant);
        const dates = [start, instant, end - 1, Math.floor((start + end) / 2)].map((one) => dateIn(zone, one));
        expect(start <= instant && instant < end).toBe(true);
        expect(new Set(dates).size).toBe(1);
        expect(dates).not.toContain(dateIn(zone, start - 1));
        expect(dates).not.toContain(dateIn(zone, end));
      }),
      { numRuns: 500 },
    );
  });

  test('days follow each other without gap or overlap, and what was asked before does not matter', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.array(instant, { minLength: 1, maxLength: 5 }), (zone, instants) => {
        const used = calendar(zone);
        for (const instant of instants) {
          const day = used(instant);
          expect(day).toEqual(newCalendar(zone)(instant));
          expect(used(day.end).start).toBe(day.end);
          expect(used(day.start - 1).end).toBe(day.start);
        }
      }),
    );
  });

  test('a zone has one calendar, and it forgets nothing that matters when it has seen too many days', () => {
    expect(calendar('Asia/Tokyo')).toBe(calendar('Asia/Tokyo'));
    const [used, eve] = [newCalendar('UTC'), at('2026-01-01T23:59:59.999Z')];
    for (let day = 0; day < 5_000; day += 1)
      expect(used(eve + day * 24 * HOUR_MS).end).toBe(eve + 1 + day * 24 * HOUR_MS);
    expect(used(eve)).toEqual({ start: eve + 1 - 24 * HOUR_MS, end: eve + 1 });
  });

  test.each([
    ['America/New_York', true],
    ['UTC', true],
    ['Etc/GMT+5', true],
    ['America/Argentina/Buenos_Aires', true],
    ['Mars/Olympus', false],
    ['america/new_york', false],
    ['EST', false],
    ['+02:00', false],
    ['', false],
    ['local', false],
  ])('%j is a time zone: %s', (name, expected) => {
    expect(isTimeZone(name)).toBe(expected);
  });
});
