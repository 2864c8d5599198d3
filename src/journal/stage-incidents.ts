import { unreachable } from '../std/assert.ts';
import type { AgentId } from '../engine/ids.ts';
import type { StandingEntry } from './standing-entry.ts';

/** What a page of a standing tells: its record without the promotion's envelope, which nobody reads at 3 AM. */
export type Stood = Omit<StandingEntry, 'cause'> & { readonly cause: StoodCause };
type Promoted = Extract<StandingEntry['cause'], { readonly what: 'promoted' }>;
export type StoodCause = Exclude<StandingEntry['cause'], Promoted> | Omit<Promoted, 'envelope'>;

/** A page's place among those of one incident. */
export interface StagePage {
  /** The page that began what this one is about; its own id where nothing was open. */
  readonly incident: string;
  /** It ends that. */
  readonly ends: boolean;
}

/** What stands open of an agent: pages by which somebody was told of it. */
interface Open {
  /** It was demoted, its promotion was taken back or is about to end: until the next promotion. */
  readonly fallen: string | null;
  /** Somebody broke the glass: until that ends. */
  readonly glass: string | null;
}

/**
 * Which incident each page about an agent's stage belongs to: a demotion's until the next promotion, a broken glass's until
 * it is whole again. As many as there are agents that somebody has to look after.
 */
export class StageIncidents {
  readonly #open = new Map<AgentId, Open>();
  /** By agent: the promotion of which somebody was told that it ends soon. */
  readonly #expiring = new Map<AgentId, string>();

  /** By agent: the record of its promotion, or of what else lets it stand where it does. */
  readonly #grounds = new Map<AgentId, number>();

  /** Of each agent that may claim anything: the record from which on whoever watches it has to read. */
  get grounds(): ReadonlyMap<AgentId, number> {
    return this.#grounds;
  }

  /** Whether it is on record that this promotion ends soon. */
  wasTold(agent: AgentId, promotion: string): boolean {
    return this.#expiring.get(agent) === promotion;
  }

  /** @param page what the record's own page is called */
  stood({ agent, cause, claims }: StandingEntry, seq: number, page: string): StagePage {
    if (claims.length === 0) this.#grounds.delete(agent);
    else if (cause.what === 'promoted' || !this.#grounds.has(agent)) this.#grounds.set(agent, seq);
    const { fallen, glass } = this.#open.get(agent) ?? NOTHING;
    const isBroken = claims.some(({ ground }) => ground === 'break_glass');
    switch (cause.what) {
      case 'break_glass':
        this.#set(agent, { fallen, glass: glass ?? page });
        return { incident: glass ?? page, ends: false };
      case 'glass_ended':
        this.#set(agent, { fallen, glass: null });
        return { incident: glass ?? page, ends: true };
      case 'promoted': {
        const incident = fallen ?? (isBroken ? null : glass);
        this.#set(agent, { fallen: null, glass: incident === glass ? null : glass });
        return { incident: incident ?? page, ends: incident !== null };
      }
      case 'demoted':
      case 'revoked':
      case 'lapsed':
      case 'expiring': {
        if (cause.what === 'expiring') this.#expiring.set(agent, cause.promotion);
        // A demotion takes over what it ends: whoever looks after the broken glass has this to look after now.
        const incident = fallen ?? (isBroken ? null : glass) ?? page;
        this.#set(agent, { fallen: incident, glass: incident === glass ? null : glass });
        return { incident, ends: false };
      }
      default:
        return unreachable(cause);
    }
  }

  save(): StageIncidentsJson {
    return { open: [...this.#open], expiring: [...this.#expiring], grounds: [...this.#grounds] };
  }

  load({ open, expiring, grounds }: StageIncidentsJson): void {
    for (const [agent, its] of open) this.#open.set(agent, its);
    for (const [agent, promotion] of expiring) this.#expiring.set(agent, promotion);
    for (const [agent, seq] of grounds) this.#grounds.set(agent, seq);
  }

  #set(agent: AgentId, open: Open): void {
    if (open.fallen === null && open.glass === null) this.#open.delete(agent);
    else this.#open.set(agent, open);
  }
}

export interface StageIncidentsJson {
  readonly open: readonly (readonly [AgentId, Open])[];
  readonly expiring: readonly (readonly [AgentId, string])[];
  readonly grounds: readonly (readonly [AgentId, number])[];
}

const NOTHING: Open = { fallen: null, glass: null };

/** An envelope is kilobytes, and pages lie in memory and in snapshots. */
export function stoodOf({ kind, at, agent, policy, claims, was, stands, cause, by, reason }: StandingEntry): Stood {
  const told: StoodCause = cause.what === 'promoted' ? { what: 'promoted', promotion: cause.promotion } : cause;
  return { kind, at, agent, policy, claims, was, stands, cause: told, by, reason };
}
