import type { Instant } from '../../std/clock.ts';
import type { Call } from '../call.ts';
import type { Finding, Trip } from '../decision.ts';
import type { Event, Freeze } from '../event.ts';
import { pass, type Guard, type Monitor } from '../guard.ts';
import type { AgentId, RuleId } from '../ids.ts';

const RULE = 'freeze' as RuleId;

/** A frozen agent reaches no upstream until a human resumes it (I6): no time, restart or reload thaws it. */
export const freeze: Guard = {
  name: 'freeze',
  status: 403,
  install: () => [{ monitor: new FreezeMonitor(), agent: 'all', judges: () => true }],
};

export class FreezeMonitor implements Monitor {
  readonly key = 'freeze';
  readonly #freezes = new Map<AgentId, Freeze>();
  readonly #pass = pass('freeze', RULE);

  check(call: Call): Finding {
    const found = this.#freezes.get(call.agent);
    if (found === undefined) return this.#pass;
    return {
      guard: 'freeze',
      rule: RULE,
      verdict: 'deny',
      reason: 'agent_frozen',
      observed: `frozen by ${found.by}: ${found.reason}`,
      retryable: 'if-changed',
      hint: 'Stop working and report this: only a human can resume you, and repeating the call changes nothing.',
    };
  }

  heard(event: Extract<Event, { kind: 'frozen' | 'resumed' }>): void {
    if (event.kind === 'resumed') this.#freezes.delete(event.agent);
    else this.#freezes.set(event.freeze.agent, this.#graver(event.freeze));
  }

  of(agent: AgentId): Freeze | undefined {
    return this.#freezes.get(agent);
  }

  all(): readonly Freeze[] {
    return [...this.#freezes.values()];
  }

  save(): FreezeJson[] {
    return [...this.#freezes.values()].map((found) => ({ ...found }));
  }

  load(state: never): void {
    for (const found of state as Freeze[]) this.#freezes.set(found.agent, found);
  }

  /** The first cause stands, unless a later one severs what the first let finish. */
  #graver(freeze: Freeze): Freeze {
    const earlier = this.#freezes.get(freeze.agent);
    return earlier === undefined || (earlier.trip === 'freeze' && freeze.trip === 'kill') ? freeze : earlier;
  }
}

type FreezeJson = { agent: string; at: Instant; trip: Trip; by: string; reason: string };
