import { setTimeout as pause } from 'node:timers/promises';
import type { Business, Charge } from './business.ts';

/** Where an agent reaches its business, and as whom. */
export interface Way {
  readonly payments: string;
  readonly door: string;
  readonly token: string;
}

/** What the door or the business answered, and when the agent heard it. */
export interface Answered {
  readonly status: number;
  readonly at: number;
}

/** Reads a charge, says what it decides, and refunds: as careful as an agent can be, and not wiser. */
export async function refund(
  way: Way,
  { id, customer }: Charge,
  cents: number,
  session = `ticket-${id}`,
): Promise<Answered> {
  const headers = { authorization: `Bearer ${way.token}`, 'interlock-session': session };
  await (await fetch(`${way.payments}/v1/charges/${id}`, { headers })).arrayBuffer();
  await fetch(`${way.door}/.interlock/notes`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ text: `${customer} asks ${dollars(cents)} of ${id} back. I refund it.` }),
  });
  const body = new URLSearchParams({ charge: id, amount: String(cents) });
  const answer = await fetch(`${way.payments}/v1/refunds`, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  return { status: answer.status, at: Date.now() };
}

/** How fast it is: loops at once, and what each waits between two of its refunds. */
export interface Pace {
  readonly loops: number;
  readonly breathMs: number;
}

/** Refunds whatever it finds, until nothing is left, until it is told to end; gives what it was answered. */
export async function runAway(
  way: Way,
  business: Business,
  { loops, breathMs }: Pace,
  until: AbortSignal,
): Promise<readonly Answered[]> {
  const answered: Answered[] = [];
  const loop = async (): Promise<void> => {
    while (!until.aborted) {
      const charge = business.charge(1_000);
      try {
        answered.push(await refund(way, charge, 1_000 + Math.floor(Math.random() * 2_000)));
      } catch {
        // Its connection was destroyed under it, as with any agent that is killed; it tries again, as any agent does.
        answered.push({ status: 0, at: Date.now() });
      }
      await pause(breathMs);
    }
  };
  await Promise.all(Array.from({ length: loops }, loop));
  return answered;
}

function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`;
}
