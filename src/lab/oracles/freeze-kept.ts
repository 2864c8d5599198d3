import type { AgentId, CallId } from '../../engine/ids.ts';
import type { Entry, FreezeEntry } from '../../journal/entry.ts';
import { arrivalBy, shownCall } from './arrival.ts';
import type { Deed, Harm, Oracle, OracleWatch } from './oracle.ts';

const NAME = 'I6 freeze';

/**
 * Of a frozen agent nothing arrives that was let through after the freeze, until a human resumes it: not by time, not by a
 * restart. What was let through before a mere freeze may still arrive; behind a kill nothing does.
 */
export const freezeOracle: Oracle = {
  name: NAME,
  text: 'a call of a frozen agent, before a human resumed it',
  promise: true,
  watch: () => new FreezeWatch(),
};

class FreezeWatch implements OracleWatch {
  readonly #frozen = new Map<AgentId, FreezeEntry>();
  /** Calls that were judged while their agent was frozen, whatever came of them. */
  readonly #judgedFrozen = new Map<CallId, FreezeEntry>();

  journalled(entry: Entry): void {
    switch (entry.kind) {
      case 'freeze': {
        const earlier = this.#frozen.get(entry.agent);
        if (earlier?.trip !== 'kill') this.#frozen.set(entry.agent, entry);
        return;
      }
      case 'resume':
        this.#frozen.delete(entry.agent);
        return;
      case 'call': {
        const freeze = this.#frozen.get(entry.agent);
        if (freeze !== undefined) this.#judgedFrozen.set(entry.call, freeze);
        return;
      }
      default:
    }
  }

  see(deed: Deed): Harm | undefined {
    const by = arrivalBy(deed);
    if (by === undefined) return undefined;
    const freeze = this.#judgedFrozen.get(by.id) ?? this.#killed(by.agent, deed);
    if (freeze === undefined) return undefined;
    const why = `${freeze.agent} was ${freeze.trip === 'kill' ? 'killed' : 'frozen'} by ${freeze.by}`;
    const text = `${shownCall(by)} reached ${deed.upstream}, and ${why} before it, and resumed by nobody`;
    return { oracle: NAME, text, deeds: [deed], promise: true };
  }

  /** Of one moment nobody knows what was first. */
  #killed(agent: AgentId, { at }: Deed): FreezeEntry | undefined {
    const freeze = this.#frozen.get(agent);
    return freeze?.trip === 'kill' && at > freeze.at ? freeze : undefined;
  }
}
