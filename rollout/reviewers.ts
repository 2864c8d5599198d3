import { intentsOf } from '../src/evidence/intents/from-journal.ts';
import { readJournal } from '../src/journal/index.ts';
import type { Assessment } from '../src/door/operations.ts';
import type { Ticket } from './business.ts';
import { AGENT } from './days.ts';

/**
 * A person who reads what the agent meant to do beside the ticket, all of it: sane where it refunds what was asked, of the
 * charge that was named. It knows of each call what the journal shows.
 *
 * @param assess says it, as `interlock review` does: to a door, or to the journal of none
 */
export async function review(
  dir: string,
  tickets: ReadonlyMap<string, Ticket>,
  by: string,
  assess: (assessment: Assessment) => Promise<unknown>,
): Promise<{ readonly sane: number; readonly wrong: number }> {
  const counts = { sane: 0, wrong: 0 };
  const reviewed = new Set<string>();
  for (const record of readJournal(dir, { tail: 'live' })) if (record.kind === 'assessment') reviewed.add(record.call);
  const { writes } = intentsOf(readJournal(dir, { tail: 'live' }), AGENT);
  for (const { call, session, subject, amount } of writes) {
    const ticket = tickets.get(session);
    if (ticket === undefined || reviewed.has(call)) continue;
    const isAsked = subject === `charge:${ticket.charge}` && amount?.micros === BigInt(ticket.amount) * 10_000n;
    const opinion = isAsked ? 'sane' : 'wrong';
    counts[opinion] += 1;
    const reason = isAsked ? `as ${ticket.id} asks` : `${ticket.id} asks for ${(ticket.amount / 100).toFixed(2)} USD`;
    await assess({ call, agent: AGENT, opinion, by, reason });
  }
  return counts;
}
