import { sameness } from '../../src/engine/guards/once.ts';
import type { FreshRule } from '../../src/engine/guards/fresh.ts';
import type { Call } from '../../src/engine/call.ts';
import type { Event } from '../../src/engine/event.ts';
import { History } from './history.ts';

/** What `fresh` must find of a write: its reason, or `ok`. Reads the whole history again each time. */
export function fresh(rule: FreshRule, events: readonly Event[], call: Call): string {
  if (call.subject === null) return 'subject_missing';
  const history = new History(events);
  const subject = sameness(call.subject);
  const about = (one: Call): boolean => one.subject !== null && sameness(one.subject) === subject;

  const read = history
    .of(call.agent)
    .admitted()
    .filter(({ call: one }) => about(one) && one.effect === 'read' && rule.reads.includes(one.route))
    .filter(({ call: one }) => one.grant === call.grant && one.session === call.session && one.before === undefined)
    .filter(({ end }) => {
      const status = end?.answer?.status ?? 0;
      return status >= 200 && status < 300;
    })
    .sort((a, b) => a.call.at - b.call.at || endOf(events, a.call) - endOf(events, b.call))
    .at(-1);
  if (read === undefined || call.at - read.call.at > 2 * rule.maxAgeMs) return 'never_read';
  if (call.at - read.call.at > rule.maxAgeMs) return 'stale_read';

  const changed = history
    .admitted()
    .filter(({ call: one, end }) => about(one) && one.effect !== 'read' && end?.effectiveness !== 'ineffective')
    .some(({ call: one, end }) => end === undefined || endOf(events, one) > decidedOf(events, read.call));
  return changed ? 'changed_since_read' : 'ok';
}

function endOf(events: readonly Event[], { id }: Call): number {
  return events.findIndex((event) => event.kind === 'ended' && event.call === id);
}

function decidedOf(events: readonly Event[], { id }: Call): number {
  return events.findIndex((event) => event.kind === 'decided' && event.call.id === id);
}
