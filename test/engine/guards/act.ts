import type { Call } from '../../../src/engine/call.ts';
import { tripsOf } from '../../../src/engine/combine.ts';
import type { Decision, Finding } from '../../../src/engine/decision.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { AnswerFacts, Effectiveness, Event } from '../../../src/engine/event.ts';
import type { CallId } from '../../../src/engine/ids.ts';
import type { Policy } from '../../../src/engine/policy.ts';

/** An answer of this status; effectiveness as the door tells it. `null`: none arrived. */
export function answered(status: number | null, more: Partial<AnswerFacts> = {}): AnswerFacts {
  return { status, latencyMs: 5, retryAfterMs: null, etag: null, contract: null, values: {}, ...more };
}

/** Calls acted out against one guard: what it finds of each, and every event so far. */
export class Stage {
  readonly events: Event[] = [];
  readonly #policy: Policy;
  readonly #guard: string;
  engine: Engine;

  constructor(policy: Policy, guard: string) {
    this.#policy = policy;
    this.#guard = guard;
    this.engine = new Engine(policy);
  }

  /** Decides and applies, as the door does. Deciding twice must give the same. */
  call(call: Call): Finding | undefined {
    const decision = this.engine.decide(call);
    if (JSON.stringify(this.engine.decide(call)) !== JSON.stringify(decision)) throw new Error('decide is not pure');
    this.#tell({ kind: 'decided', call, verdict: decision.verdict, trips: tripsOf(decision) });
    return this.finding(decision);
  }

  /** What the guard found, whatever others did. */
  finding({ findings }: Pick<Decision, 'findings'>): Finding | undefined {
    return findings.find(({ guard }) => guard === this.#guard);
  }

  end(call: string, at: number, status: number | null, more: Partial<AnswerFacts> = {}): void {
    this.#tell({
      kind: 'ended',
      call: call as CallId,
      at,
      effectiveness: effectivenessOf(status),
      answer: answered(status, more),
    });
  }

  /** A crash: nobody saw it end. */
  lose(call: string, at: number): void {
    this.#tell({ kind: 'ended', call: call as CallId, at, effectiveness: 'unknown' });
  }

  tell(event: Event): void {
    this.#tell(event);
  }

  /** A restart from a snapshot. */
  restart(): void {
    const fresh = new Engine(this.#policy);
    fresh.load(JSON.parse(JSON.stringify(this.engine.save())) as ReturnType<Engine['save']>, [...this.engine.open()]);
    this.engine = fresh;
  }

  #tell(event: Event): void {
    this.engine.apply(event);
    this.events.push(event);
  }
}

function effectivenessOf(status: number | null): Effectiveness {
  if (status === null || status >= 500 || status === 408) return 'unknown';
  return status >= 400 ? 'ineffective' : 'effective';
}
