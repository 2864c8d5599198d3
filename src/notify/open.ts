import { randomInt } from 'node:crypto';
import { prng } from '../std/prng.ts';
import type { OpenDoor } from '../door/open.ts';
import type { Channel } from './channel.ts';
import { Pager } from './pager.ts';
import { systemTimers } from './timers.ts';
import type { Site } from './told.ts';

/** A pager at work on an open door's journal. Must be closed before that journal is. */
export function openPager(
  { outbox, journal, clock }: Pick<OpenDoor, 'outbox' | 'journal' | 'clock'>,
  channels: readonly Channel[],
  site: Site,
  onFault: (error: unknown) => void,
): Pager {
  const random = prng(randomInt(0x1_0000_0000));
  const pager = new Pager({ outbox, journal, channels, site, clock, timers: systemTimers, random, onFault });
  pager.start();
  return pager;
}
