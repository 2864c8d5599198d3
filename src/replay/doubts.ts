import type { RouteId } from '../engine/ids.ts';
import type { Policy } from '../engine/policy.ts';
import type { Certainty } from './diff.ts';
import { Reaching } from './reach.ts';
import { ALLOW, CAPTURE, type Tape } from '../warehouse/tape/tape.ts';

export const EXACT = 0;
export const OWN_SESSION = 1;
export const SHARED_STATE = 2;
/** By code. */
export const CERTAINTY_NAMES = ['exact', 'own_session', 'shared_state'] as const satisfies readonly Certainty[];

/**
 * How sure the fold is of each call.
 *
 * A recording holds what agents did under the recorded policy. It stays true under the candidate as long as nothing that an
 * agent saw, and nothing that its rules counted, is another. So a call is `exact` where its session was told so far what was
 * recorded, and where its verdict depends on nothing that a session which was told otherwise may have moved. Such a session may
 * have done anything that its agent may do: whatever that could move counts as moved.
 *
 * INVARIANT: a session that is in doubt once stays so.
 */
export class Doubts {
  readonly #tape: Tape;
  readonly #together: boolean;
  readonly #reaching: Reaching;
  /** By run. */
  readonly #state: Uint8Array;
  /** By agent and route: whether other sessions may matter; 255: not asked since the last time that one left. */
  #concerned: Uint8Array;
  /** By agent: whether any of its writes went through in the recording. */
  #wrote: Uint8Array | undefined;
  readonly #routeOf: ((row: number) => RouteId) | undefined;

  /** @param routeOf the candidate's route of a row, where it may be another than the recorded one */
  constructor(policy: Policy, tape: Tape, sessions: 'apart' | 'together', routeOf?: (row: number) => RouteId) {
    this.#tape = tape;
    this.#together = sessions === 'together';
    this.#reaching = new Reaching(policy);
    this.#state = new Uint8Array(tape.dictionaries.runs.size);
    this.#concerned = new Uint8Array(tape.dictionaries.agents.size * tape.dictionaries.routes.size).fill(UNASKED);
    this.#routeOf = routeOf;
  }

  /**
   * How sure this call is, by code. Calls come in the tape's order.
   *
   * @param told its agent is told something else than was recorded: another verdict, guard, reason or time to wait
   * @param forced it is denied whatever happened before it
   */
  of(row: number, told: boolean, forced: boolean, unjudged: boolean): number {
    const { calls } = this.#tape;
    const run = calls.run[row] as number;
    const before = this.#state[run] as number;
    if (before !== EXACT) return before;
    const agent = calls.agent[row] as number;
    const moved = this.#reaching.any && this.#concerns(row, agent, calls.route[row] as number);
    // The verdict stands, but what its agent is told of it may be another guard's word.
    const certainty = moved && !forced ? SHARED_STATE : EXACT;
    const after = certainty !== EXACT ? SHARED_STATE : told || unjudged ? OWN_SESSION : moved ? SHARED_STATE : EXACT;
    if (after !== EXACT) this.#leave(run, agent, after);
    return certainty;
  }

  /**
   * What an agent had under way was cut off in the recording, and would not have been: none of the sessions that it had by then
   * went on as it would have.
   *
   * @param until the last call before
   */
  cut(agent: number, until: number): void {
    const { calls } = this.#tape;
    for (let row = 0; row <= until; row += 1) {
      const run = calls.run[row] as number;
      if (calls.agent[row] === agent && this.#state[run] === EXACT) this.#leave(run, agent, SHARED_STATE);
    }
  }

  #leave(run: number, agent: number, state: number): void {
    this.#state[run] = state;
    const name = this.#tape.dictionaries.agents.text(agent);
    if (this.#reaching.has(name)) return;
    // Asked for at most once, and not at all where nothing changes.
    this.#wrote ??= writers(this.#tape);
    this.#reaching.leave(name, this.#wrote[agent] === 1);
    this.#concerned.fill(UNASKED);
  }

  #concerns(row: number, agent: number, route: number): boolean {
    if (this.#together && this.#reaching.writes) return true;
    // Idempotency keys are all agents' together, and nobody knows which ones it took.
    if (this.#tape.calls.key[row] !== 0 && this.#reaching.writes) return true;
    const { agents, routes } = this.#tape.dictionaries;
    if (this.#routeOf !== undefined) return this.#reaching.concerns(agents.text(agent), this.#routeOf(row));
    const place = agent * routes.size + route;
    const known = this.#concerned[place] as number;
    if (known !== UNASKED) return known === 1;
    const concerned = this.#reaching.concerns(agents.text(agent), routes.text(route) as RouteId);
    this.#concerned[place] = concerned ? 1 : 0;
    return concerned;
  }
}

function writers({ calls, dictionaries }: Tape): Uint8Array {
  const wrote = new Uint8Array(dictionaries.agents.size);
  for (let row = 0; row < calls.size; row += 1) {
    const isThrough = calls.verdict[row] === ALLOW || calls.verdict[row] === CAPTURE;
    if (isThrough && calls.effect[row] !== READ) wrote[calls.agent[row] as number] = 1;
  }
  return wrote;
}

const READ = 0;
const UNASKED = 255;
