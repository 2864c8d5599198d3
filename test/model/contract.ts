import type { Event } from '../../src/engine/event.ts';
import { ANSWERS_MAX, type ContractRule } from '../../src/engine/guards/contract.ts';

/** What a contract says at a moment, from everything that happened before it: `3 of 4 answers, mostly …`, or nothing. */
export function driftAt(rule: ContractRule, events: readonly Event[], at: number): string | undefined {
  const answers = sinceResume(rule, events)
    .flatMap((event) => {
      const facts = event.kind === 'ended' ? event.answer : undefined;
      const isGood = facts?.status !== null && facts?.status !== undefined && Math.floor(facts.status / 100) === 2;
      return event.kind === 'ended' && isGood && facts.contract !== null
        ? [{ at: event.at, facts: facts.contract }]
        : [];
    })
    .slice(-ANSWERS_MAX)
    .filter((answer) => answer.at > at - rule.withinMs);
  const broken = answers.flatMap(({ facts }) => facts.slice(0, 1));
  if (answers.length < rule.minimum || broken.length / answers.length < rule.drift / 1_000_000) return undefined;
  const times = (departure: string): number => broken.filter((one) => one === departure).length;
  const most = Math.max(...broken.map(times));
  const mostly = broken.filter((departure) => times(departure) === most);
  // Of several that are as frequent, the first that was seen so often.
  const first = mostly.find(
    (departure, index) => mostly.slice(0, index).filter((one) => one === departure).length === most - 1,
  );
  return `${broken.length} of ${answers.length} answers, mostly ${first}`;
}

/** What happened since a human last resumed an agent that this rule had frozen. */
function sinceResume(rule: ContractRule, events: readonly Event[]): readonly Event[] {
  const stopped = new Set<string>();
  let from = 0;
  for (const [index, event] of events.entries()) {
    if (event.kind === 'decided') {
      for (const trip of event.trips) if (trip.rule === rule.rule) stopped.add(event.call.agent);
    }
    if (event.kind === 'frozen' && event.freeze.by === `guard:${rule.rule}`) stopped.add(event.freeze.agent);
    if (event.kind === 'resumed' && stopped.delete(event.agent)) from = index;
  }
  return events.slice(from);
}
