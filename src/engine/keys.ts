import type { Json } from '../std/canonical-json.ts';
import type { Instant } from '../std/clock.ts';
import type { Call } from './call.ts';
import { combine } from './combine.ts';
import { isAdmitted, type Decision, type Finding } from './decision.ts';
import type { Effectiveness } from './event.ts';
import type { AgentId, CallId, RuleId } from './ids.ts';

/** How long a key is remembered: as long as APIs commonly keep theirs. */
export const KEY_KEPT_MS = 86_400_000;
/** Keys in one generation; the one before it is kept too, and all older ones are forgotten. */
export const KEYS_MAX = 50_000;
/** How soon a call that is under way is worth sending again. */
const IN_FLIGHT_RETRY_MS = 1_000;

/** The last call that a key was sent with. */
interface Use {
  readonly agent: AgentId;
  readonly fingerprint: string;
  readonly call: CallId;
  readonly at: Instant;
  readonly state: 'open' | 'over';
  /** When the same call was last sent before and took effect, or may have; `null`: never. */
  readonly kept: Instant | null;
}

/**
 * Idempotency keys that went to an upstream, and with what. All agents share the upstream's account, and so its keys: one
 * agent that used another's would get the other's answer, and a write of its own that took no effect. So a key belongs to
 * the agent and to the bytes it was first sent with, while the upstream may remember it.
 *
 * Belongs to no guard: what a key means is no matter of policy. A call without one costs nothing here. One whose call
 * surely took no effect, and never did, is forgotten, so that a corrected call may carry it.
 */
export class Keys {
  readonly #max: number;
  #current = new Map<string, Use>();
  #previous = new Map<string, Use>();

  constructor(max = KEYS_MAX) {
    this.#max = max;
  }

  /** Turns an allow into a deny where the key is taken. Pure. */
  resolve(call: Call, decision: Decision): Decision {
    if (call.key === undefined || !isAdmitted(decision.verdict)) return decision;
    const use = this.#of(call.key);
    const clash = use === undefined ? undefined : clashOf(call, use);
    return clash === undefined ? decision : combine([...decision.findings, clash]);
  }

  decided({ key, agent, fingerprint, id, at }: Call, allowed: boolean): void {
    if (key === undefined || !allowed) return;
    const before = this.#of(key);
    const isRepeated = before?.agent === agent && before.fingerprint === fingerprint && before.state === 'over';
    this.#put(key, { agent, fingerprint, call: id, at, state: 'open', kept: isRepeated ? before.at : null });
  }

  ended({ key, id }: Call, effectiveness: Effectiveness): void {
    if (key === undefined) return;
    const use = this.#of(key);
    if (use?.call !== id) return;
    if (effectiveness !== 'ineffective') this.#put(key, { ...use, state: 'over' });
    else if (use.kept !== null) this.#put(key, { ...use, at: use.kept, state: 'over' });
    else this.#forget(key);
  }

  save(): Json {
    const rows = (uses: ReadonlyMap<string, Use>): Json =>
      [...uses].map(([key, { agent, fingerprint, call, at, state, kept }]) => [
        key,
        agent,
        fingerprint,
        call,
        at,
        state,
        kept,
      ]);
    return [rows(this.#previous), rows(this.#current)];
  }

  load(state: Json): void {
    const [previous, current] = (state as unknown as readonly Row[][]).map(
      (rows) =>
        new Map(
          rows.map(([key, agent, fingerprint, call, at, state, kept]) => [
            key,
            { agent, fingerprint, call, at, state, kept },
          ]),
        ),
    );
    this.#previous = previous ?? new Map();
    this.#current = current ?? new Map();
  }

  #of(key: string): Use | undefined {
    return this.#current.get(key) ?? this.#previous.get(key);
  }

  #put(key: string, use: Use): void {
    if (this.#current.size >= this.#max && !this.#current.has(key)) {
      this.#previous = this.#current;
      this.#current = new Map();
    }
    this.#current.set(key, use);
  }

  #forget(key: string): void {
    this.#current.delete(key);
    this.#previous.delete(key);
  }
}

type Row = readonly [string, AgentId, string, CallId, Instant, Use['state'], Instant | null];

/** Why a call may not carry a key that was used; `undefined`: it is that very call again, for its upstream to answer. */
function clashOf(call: Call, use: Use): Finding | undefined {
  if (use.state === 'over' && use.at <= call.at - KEY_KEPT_MS) return undefined;
  if (use.agent !== call.agent) {
    const hint = 'Another agent uses this idempotency key here. Send a key of your own, for instance a random UUID.';
    return deny('idempotency_key_taken', OWN_KEY, { hint });
  }
  const { call: earlier } = use;
  if (use.fingerprint !== call.fingerprint) {
    const hint = `This idempotency key belongs to another call (${earlier}). Send a new key with a new call.`;
    return deny('idempotency_key_reused', OWN_KEY, { hint, earlier });
  }
  if (use.state === 'over') return undefined;
  const hint = `This very call is under way (${earlier}). Wait for its answer, or send it again a little later.`;
  return {
    ...deny('idempotency_key_in_flight', {}, { hint, earlier }),
    retryable: 'after',
    retryAt: call.at + IN_FLIGHT_RETRY_MS,
  };
}

const OWN_KEY: Pick<Finding, 'remedy'> = {
  remedy: { kind: 'fields', faults: ['headers.idempotency-key: must be new for a new call'] },
};

function deny(reason: string, remedy: Pick<Finding, 'remedy'>, more: Pick<Finding, 'hint' | 'earlier'>): Finding {
  const rule = 'idempotency' as RuleId;
  return { guard: 'idempotency', rule, verdict: 'deny', reason, retryable: 'if-changed', ...remedy, ...more };
}
