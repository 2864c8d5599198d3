import type { Overview } from '../../control/contract/overview.ts';
import { byFullness, runsOut, works } from '../attention.ts';
import type { MarkKind } from '../parts/shapes.ts';
import { counted, groupedAmount, listed, span } from '../words.ts';

export interface Headline {
  readonly mark: MarkKind;
  readonly text: string;
}

/** So many names are said; beyond that, how many there are. */
const NAMES_MAX = 3;

/** How things are, in the sentence that a tired person reads first. */
export function headline({ agents, waiting, journal, pages }: Overview): Headline {
  const frozen = agents.filter((each) => each.frozen !== null).map(({ agent }) => agent);
  const waits = waiting === 0 ? null : `${counted(waiting, 'call waits', 'calls wait')} for a person`;
  if (journal.disk === 'full') return { mark: 'fail', text: 'The disk of the journal is full: writes are refused' };
  if (frozen.length > 0) {
    const all = frozen.length === agents.length;
    const who = frozen.length > NAMES_MAX ? counted(frozen.length, 'agent') : listed(frozen);
    const what =
      all && frozen.length > 1 ? 'Every agent is frozen' : `${who} ${frozen.length === 1 ? 'is' : 'are'} frozen`;
    // What stands still can wait a minute; one that uses its limit up meanwhile cannot.
    const also = soonest(agents.filter((each) => each.frozen === null)) ?? waits;
    return { mark: 'freeze', text: also === null ? what : `${what}, and ${also}` };
  }
  if (waits !== null) return { mark: 'hold', text: waits };
  if (pages.abandoned > 0) return { mark: 'fail', text: `${counted(pages.abandoned, 'page')} reached nobody` };
  const soon = soonest(agents);
  if (soon !== null) return { mark: 'asks', text: soon };
  const working = agents.filter(works).length;
  const quiet =
    working === 0 ? 'no agent calls at the moment' : `${counted(working, 'agent')} of ${agents.length} at work`;
  return { mark: 'good', text: `Nothing needs you: ${quiet}` };
}

function soonest(agents: Overview['agents']): string | null {
  const found = agents
    .flatMap(({ agent, gauges }) =>
      byFullness(gauges.filter(runsOut))
        .slice(0, 1)
        .map((gauge) => ({ agent, gauge })),
    )
    .toSorted((a, b) => (a.gauge.emptyInMs ?? 0) - (b.gauge.emptyInMs ?? 0))[0];
  if (found === undefined) return null;
  const { agent, gauge } = found;
  if (gauge.share >= 1) return `${agent} has used up ${groupedAmount(gauge.limit)}`;
  return `${agent} uses up ${groupedAmount(gauge.limit)} in ${span(gauge.emptyInMs ?? 0)} at this pace`;
}
