import { Engine } from '../src/engine/engine.ts';
import type { Decision } from '../src/engine/decision.ts';
import type { AgentId, CallId, GrantId } from '../src/engine/ids.ts';
import type { Grant } from '../src/journal/index.ts';
import type { LoadedPolicy } from '../src/policy/index.ts';
import { ExchangeReader } from '../src/warehouse/import/reader.ts';
import { Rerun } from '../src/warehouse/import/rerun.ts';
import type { Run } from './recordings.ts';

/** What a policy makes of one recorded call. Every denial and hold has exactly one guard. */
export type Judgement =
  | { readonly kind: 'allowed' }
  /**
   * - `denied`: this call, as it stands, does not go through
   * - `deferred`: it goes through once the agent has read its subject, as the denial tells it to
   * - `held`: it goes through once a human approves
   */
  | { readonly kind: 'denied' | 'deferred' | 'held'; readonly guard: string; readonly reason: string };

/** The guard that refuses what is no call: it cannot be read in one way, or no route has it. */
export const READING = 'reading';

/**
 * A precondition whose read the recording lacks: the door would have made that read, and what it would have seen nobody
 * knows. Counted as let through.
 */
const UNREADABLE = 'precondition_unreadable';

const AGENT = 'service' as AgentId;
/** A run is decided in memory: nobody asks for its journal afterwards. */
const NOWHERE = { append: () => undefined, durable: () => Promise.resolve() };

/** Judges runs under one policy, each in a world of its own: a run is one task and one grant. */
export class Judge {
  readonly #policy: LoadedPolicy;
  readonly #reader: ExchangeReader;

  constructor(policy: LoadedPolicy) {
    this.#policy = policy;
    this.#reader = new ExchangeReader(policy, null);
  }

  /** One judgement for each call of the run, in its order. */
  judge({ id, calls }: Run): readonly Judgement[] {
    const rerun = new Rerun({ engine: new Engine(this.#policy.policy), journal: NOWHERE });
    const grant = this.#grant(id);
    let froze: string | undefined;
    return calls.map(({ exchange }, index): Judgement => {
      const read = this.#reader.read(exchange, grant, `call_${index}` as CallId);
      if (!read.ok) return { kind: 'denied', guard: READING, reason: read.failure.why };
      const decision = rerun.take(exchange, read.value);
      if (decision.decisive.trip !== undefined) froze ??= decision.decisive.guard;
      return judgementOf(decision, froze);
    });
  }

  #grant(task: string): Grant {
    const { environment } = this.#policy;
    const id = 'grant_run' as GrantId;
    return { id, tokenHash: '', agent: AGENT, task, environment, routes: null, expiresAt: 0, parent: null };
  }
}

/** A call that meets a frozen agent is stopped by the guard that froze it. */
function judgementOf({ verdict, decisive }: Decision, froze: string | undefined): Judgement {
  if (verdict === 'allow') return { kind: 'allowed' };
  const guard = decisive.guard === 'freeze' && froze !== undefined ? froze : decisive.guard;
  const { reason } = decisive;
  if (reason === UNREADABLE) return { kind: 'allowed' };
  if (verdict === 'hold') return { kind: 'held', guard, reason };
  return { kind: guard === 'fresh' && decisive.remedy?.kind === 'read' ? 'deferred' : 'denied', guard, reason };
}
