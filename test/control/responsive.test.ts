import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CHROMIUM, responsive, type Responsive } from '../../bench/control/responsive.ts';

/** The issue's own: no task of the page may be longer while the door handles so many calls a second. */
const LONGEST_MS = 200;
const PER_SECOND = 2_000;
/** Of each view. `npm run bench -- --only page` stays for a minute at each. */
const FOR_MS = 2_500;
/** On cores that others use too, one of so many tries must keep the bound. */
const TRIES = 3;

describe.skipIf(!existsSync(CHROMIUM))(`the page in a browser (skipped where ${CHROMIUM} is not installed)`, () => {
  test(`no task of the page is longer than ${LONGEST_MS} ms while the door handles ${PER_SECOND} calls a second`, async () => {
    let found: readonly Responsive[] = [];
    const isKept = (): boolean => found.every(({ longestMs }) => longestMs <= LONGEST_MS);
    for (let time = 0; time === 0 || (time < TRIES && !isKept()); time += 1) {
      found = await responsive({ perSecond: PER_SECOND, forMs: FOR_MS, views: ['/', '/calls'] });
      for (const { load, redraws, view } of found) {
        // It was a door at work, and a page that showed it: at least once a second.
        expect(load.requests, view).toBe((PER_SECOND * FOR_MS) / 1_000);
        expect(Object.keys(load.statuses).sort(), view).toEqual(['200', '422']);
        expect(redraws, view).toBeGreaterThanOrEqual(2);
      }
    }
    expect(isKept(), JSON.stringify(found)).toBe(true);
  }, 60_000);
});
