import type { Call } from '../engine/call.ts';
import type { Engine } from '../engine/engine.ts';
import type { AgentId } from '../engine/ids.ts';
import type { FreezeEntry, Recorded } from './entry.ts';
import { callOf } from './facts.ts';

/** What a journal's freezes and its policy disagree on. */
export interface FreezeDifference {
  readonly recorded: string | null;
  readonly now: string | null;
}

/**
 * Whether the freezes that guards caused stand where the policy calls for them: at the call that tripped, or at the outcome
 * or decision that raised an alarm, and nowhere else (I8). Humans and agents freeze when they like.
 */
export class FreezeCheck {
  /** Alarms whose freeze has not been met yet. */
  readonly #due = new Map<AgentId, string>();
  /** The rule by which each agent's last call tripped. */
  readonly #tripped = new Map<AgentId, string>();
  #ending: Call | undefined;

  /** Before the engine hears a record. */
  before(record: Recorded, engine: Engine): FreezeDifference | undefined {
    switch (record.kind) {
      case 'recovery':
        // A crash between an alarm and its freeze: the next event of that agent raises it again.
        this.#due.clear();
        return undefined;
      case 'outcome':
        this.#ending = engine.openCall(record.call);
        return undefined;
      case 'call':
        return this.#overdue(record.agent);
      case 'freeze':
        return this.#unexplained(record);
      default:
        return undefined;
    }
  }

  /** After it. */
  after(record: Recorded, engine: Engine): void {
    if (record.kind === 'call') {
      const [trip] = record.trips;
      if (trip === undefined) this.#tripped.delete(record.agent);
      else this.#tripped.set(record.agent, trip.rule);
      this.#listen(callOf(record), record, engine);
    }
    // What a kill severed settles while its agent is being stopped already.
    if (record.kind === 'outcome' && record.failure !== 'killed' && this.#ending !== undefined) {
      this.#listen(this.#ending, record, engine);
    }
  }

  #listen(call: Call, { at }: Recorded, engine: Engine): void {
    const alarm = engine.alarm(call, at);
    if (alarm === undefined) return;
    const stands = engine.frozen(call.agent)?.trip;
    if (stands !== 'kill' && stands !== (alarm.trip ?? 'freeze')) this.#due.set(call.agent, alarm.rule);
  }

  #overdue(agent: AgentId): FreezeDifference | undefined {
    const due = this.#due.get(agent);
    if (due === undefined) return undefined;
    this.#due.delete(agent);
    return { recorded: null, now: due };
  }

  #unexplained({ agent, by }: FreezeEntry): FreezeDifference | undefined {
    if (!by.startsWith(BY_GUARD)) return undefined;
    const rule = by.slice(BY_GUARD.length);
    const due = this.#due.get(agent) ?? null;
    if (due === rule) this.#due.delete(agent);
    return due === rule || this.#tripped.get(agent) === rule ? undefined : { recorded: rule, now: due };
  }
}

const BY_GUARD = 'guard:';
