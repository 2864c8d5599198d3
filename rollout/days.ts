import type { OpenDoor } from '../src/door/open.ts';
import type { Prng } from '../src/std/prng.ts';
import { work, type Way, type Worked } from './agent.ts';
import type { Business, Ticket } from './business.ts';
import type { VirtualClock } from './virtual-door.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** A grant is made for two weeks and then for two more, as a person would. */
const GRANT_MS = 14 * DAY_MS;

export const AGENT = 'refunds-bot';

export interface Shift {
  readonly business: Business;
  readonly door: OpenDoor;
  readonly clock: VirtualClock;
  readonly random: Prng;
}

/** A ticket, and what became of it. */
export interface Done {
  readonly ticket: Ticket;
  readonly worked: Worked;
}

/** Works so many days, each with so many tickets, from eight in the morning to eight at night. Weekends are quieter. */
export async function workDays(shift: Shift, days: number, ticketsADay: number): Promise<readonly Done[]> {
  const { business, door, clock, random } = shift;
  const done: Done[] = [];
  let way = await grantedWay(door);
  let grantedAt = clock.now();
  for (let day = 0; day < days; day += 1) {
    const midnight = Math.ceil(clock.now() / DAY_MS) * DAY_MS;
    const isWeekend = [0, 6].includes(new Date(midnight).getUTCDay());
    const tickets = isWeekend ? Math.ceil(ticketsADay / 2) : ticketsADay;
    const times = Array.from({ length: tickets }, () => midnight + (8 + 12 * random.next()) * HOUR_MS);
    for (const at of times.map(Math.floor).sort((a, b) => a - b)) {
      clock.goTo(at);
      if (clock.now() - grantedAt > GRANT_MS - DAY_MS) {
        way = await grantedWay(door);
        grantedAt = clock.now();
      }
      const ticket = business.ticket();
      done.push({ ticket, worked: await work(way, ticket, 'careful') });
      // Whoever works takes a moment.
      clock.goTo(clock.now() + 2_000);
    }
  }
  return done;
}

async function grantedWay(door: OpenDoor): Promise<Way> {
  const made = await door.operations.createGrant({
    agent: AGENT,
    task: 'refund what tickets ask for',
    expiresMs: GRANT_MS,
    routes: null,
    parent: null,
    by: 'kim',
  });
  if (!made.ok) throw new Error(made.failure.message);
  const payments = [...door.urls.values()][0];
  if (payments === undefined) throw new Error('the policy has one upstream');
  return { payments, door: door.url, token: made.value.token };
}
