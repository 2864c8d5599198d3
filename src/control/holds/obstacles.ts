import type { Call } from '../../engine/call.ts';
import type { Finding } from '../../engine/decision.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Hold } from '../../engine/hold.ts';
import type { HoldView, Obstacle } from '../contract/holds.ts';
import { standsInItsWay } from './words.ts';

/** What an agent can do away with by itself: it reads again, or waits for what it did to end. */
const BY_THE_AGENT: ReadonlySet<string> = new Set(['fresh', 'precondition', 'inflight']);
/** What people lift: a freeze, a hold that another rule asks for. */
const BY_PEOPLE: ReadonlySet<string> = new Set(['freeze', 'stage', 'approval']);

/**
 * What would come of the call, were it approved and sent again at `call.at`: the engine is asked, and not moved.
 * INVARIANT: what is told here decides nothing; the door judges the call anew when it comes.
 */
export function foreseen(engine: Engine, hold: Hold, call: Call): Pick<HoldView, 'leadsTo' | 'obstacles'> {
  const { findings } = engine.decide(call);
  const obstacles = findings.flatMap((finding): Obstacle[] => {
    // Of its own hold, which the approval answers: also of one that somebody has answered already.
    if (finding.verdict === 'pass' || finding.verdict === 'capture') return [];
    if (finding.verdict === 'hold' && hold.rules.includes(finding.rule)) return [];
    return [obstacle(finding)];
  });
  const captured = findings.some(({ verdict }) => verdict === 'capture');
  return { leadsTo: obstacles.length > 0 ? 'refused' : captured ? 'captured' : 'sent', obstacles };
}

function obstacle(finding: Finding): Obstacle {
  const { guard, rule, reason, verdict, retryable, retryAt } = finding;
  const time = retryable === 'after' && retryAt !== undefined;
  return {
    rule,
    reason,
    text: standsInItsWay(finding),
    lifts:
      verdict === 'hold' || BY_PEOPLE.has(guard)
        ? 'person'
        : BY_THE_AGENT.has(guard)
          ? 'agent'
          : time
            ? 'time'
            : 'nobody',
    at: time ? new Date(retryAt).toISOString() : null,
  };
}
