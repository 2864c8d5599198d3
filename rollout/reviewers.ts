import { intentsOf } from '../src/evidence/intents/from-journal.ts';
import { readJournal } from '../src/journal/index.ts';
import type { OpenDoor } from '../src/door/open.ts';
import type { Ticket } from './business.ts';
import { AGENT } from './days.ts';

/**
 * A person who reads what the agent meant to do beside the ticket, all of it: sane where it refunds what was asked, of the
 * charge that was named. It says what it thinks as `interlock review` does, and knows of each call what the journal shows.
 */
export async function review(
  dir: string,
  door: OpenDoor,
  tickets: ReadonlyMap<string, Ticket>,
  by: string,
): Promise<{ readonly sane: number; readonly wrong: number }> {
  await door.journal.durable();
  const counts = { sane: 0, wrong: 0 };
  const reviewed = new Set<string>();
  for (const record of readJournal(dir, { tail: 'live' })) if (record.kind === 'assessment') reviewed.add(record.call);
  const { writes } = intentsOf(readJournal(dir, { tail: 'live' }), AGENT);
  for (const { call, session, subject, amount } of writes) {
    const ticket = tickets.get(session);
    if (ticket === undefined || reviewed.has(call)) continue;
    const isAsked = subject === `charge:${ticket.charge}` && amount?.micros === BigInt(ticket.amount) * 10_000n;
    counts[isAsked ? 'sane' : 'wrong'] += 1;
    const opinion = isAsked ? 'sane' : 'wrong';
    const reason = isAsked ? `as ${ticket.id} asks` : `${ticket.id} asks for ${(ticket.amount / 100).toFixed(2)} USD`;
    const said = await door.operations.assess({ call, agent: AGENT, opinion, by, reason });
    if (!said.ok) throw new Error(said.failure.message);
  }
  return counts;
}
