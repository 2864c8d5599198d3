import type { AgentId, CallId } from '../../engine/ids.ts';
import type { Agent } from '../../engine/policy.ts';
import { isAbove } from '../../engine/standings.ts';
import type { CallEntry, Entry, StandingEntry } from '../../journal/index.ts';
import type { DemotionTerms } from '../../policy/promotion.ts';
import { readPromotion, type PromotionBaseline } from '../../promotion/index.ts';
import { AgentWatch } from './agent-watch.ts';
import { QUIET_MS, UNDER_WAY_MAX } from './bounds.ts';
import type { Crossing, Level } from './crossing.ts';
import { Generations } from './generations.ts';
import { ended, type OpenSession } from './open-sessions.ts';

/** What a watch goes by: the policy in force. */
export interface WatchTerms {
  /** The policy's digest. */
  readonly digest: string;
  readonly agents: ReadonlyMap<AgentId, Pick<Agent, 'base'>>;
  readonly demotion: DemotionTerms;
}

interface Promoted {
  readonly id: string;
  readonly baseline: PromotionBaseline;
}

/**
 * Hears the journal, record by record, and says when an agent that stands higher than it may without proof is surely beyond a
 * line of its policy's `demote`.
 *
 * It counts anew from every record of where the agent stands, so that hearing the journal from the agent's last promotion on
 * gives the same as having heard it live.
 *
 * INVARIANT: a function of the records alone. Each costs the same, but for a reviewer's second thought and for the sessions that
 * are over at once; what is kept is bounded by `bounds.ts`.
 */
export class DemotionWatch {
  readonly #terms: WatchTerms;
  readonly #watched = new Map<AgentId, AgentWatch>();
  readonly #promoted = new Map<AgentId, Promoted>();
  readonly #underWay = new Generations<CallId, OpenSession>(UNDER_WAY_MAX);
  /** Time goes in strides of {@link QUIET_MS}, the same for every watch of this journal. */
  #stride = 0;

  constructor(terms: WatchTerms) {
    this.#terms = terms;
  }

  /** What the record shows, of any agent; each is told of once, until it stands anew. */
  heard(entry: Entry): readonly Crossing[] {
    const turned = this.#turn(entry.at);
    const agent = this.#take(entry);
    if (turned) return [...this.#watched.keys()].flatMap((each) => this.#crossing(each));
    return agent === undefined ? NONE : this.#crossing(agent);
  }

  /** How near each agent that is watched is to its lines. */
  levels(): ReadonlyMap<AgentId, readonly Level[]> {
    return new Map([...this.#watched].map(([agent, watch]) => [agent, watch.levels()]));
  }

  /** Gives the agent of which it says anything new. */
  #take(entry: Entry): AgentId | undefined {
    switch (entry.kind) {
      case 'call':
        return this.#called(entry);
      case 'outcome': {
        const session = this.#underWay.get(entry.call);
        if (session === undefined) return undefined;
        this.#underWay.delete(entry.call);
        ended(session, entry);
        return undefined;
      }
      case 'assessment':
        this.#watched.get(entry.agent)?.said(entry.call, entry.by, entry.opinion);
        return entry.agent;
      case 'review':
        this.#watched.get(entry.agent)?.said(entry.call, entry.by, entry.approved ? 'sane' : 'wrong');
        return entry.agent;
      case 'standing':
        this.#stood(entry);
        return undefined;
      default:
        return undefined;
    }
  }

  #called(entry: CallEntry): AgentId | undefined {
    const watch = this.#watched.get(entry.agent);
    const base = this.#terms.agents.get(entry.agent)?.base;
    // What it does after a promotion has run out is not what it was promoted for.
    if (watch === undefined || base === undefined || !isAbove(entry.stage, base) || entry.before !== undefined) {
      return undefined;
    }
    const session = watch.called(entry);
    if (entry.verdict === 'allow') this.#underWay.put(entry.call, session);
    return entry.agent;
  }

  #stood({ agent, policy, claims, stands, cause }: StandingEntry): void {
    if (cause.what === 'expiring') return;
    if (cause.what === 'promoted') {
      const read = readPromotion(cause.envelope);
      if (read.ok) this.#promoted.set(agent, { id: cause.promotion, baseline: read.value.promotion.baseline });
      else this.#promoted.delete(agent);
    }
    const { digest, agents, demotion } = this.#terms;
    const base = agents.get(agent)?.base;
    if (policy !== digest || base === undefined || !isAbove(stands, base)) {
      this.#watched.delete(agent);
      return;
    }
    const promoted = this.#promoted.get(agent);
    const isItsOwn = promoted !== undefined && claims.some(({ id, stage }) => id === promoted.id && stage === stands);
    this.#watched.set(agent, new AgentWatch(demotion, isItsOwn ? promoted.baseline : undefined));
  }

  #crossing(agent: AgentId): readonly Crossing[] {
    const crossed = this.#watched.get(agent)?.crossed();
    if (crossed === undefined) return NONE;
    // Nothing more is to be learnt of it where it stands.
    this.#watched.delete(agent);
    return [{ agent, ...crossed }];
  }

  /** Whether sessions may be over by now. */
  #turn(at: number): boolean {
    const stride = Math.floor(at / QUIET_MS);
    if (stride === this.#stride) return false;
    // After a silence of two strides nobody's session goes on.
    const turns = Math.min(2, stride - this.#stride);
    this.#stride = stride;
    for (const watch of this.#watched.values()) for (let turn = 0; turn < turns; turn += 1) watch.turn();
    return true;
  }
}

const NONE: readonly Crossing[] = [];
