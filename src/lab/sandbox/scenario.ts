import type { Money } from '../../std/money.ts';
import type { HoldLine } from '../../door/operations.ts';
import type { CallId } from '../../engine/ids.ts';
import type { ModelScript } from '../model/script.ts';
import type { FaultRule } from '../world/faults.ts';
import type { LedgerEntry, World, WorldDefinition } from '../world/world.ts';

/** One named failure, acted out twice: once straight on the business, once through the door. */
export interface Scenario {
  /** The file's name and the command's argument: `double-refund`. */
  readonly name: string;
  readonly title: string;
  /** What happens and why, in a few sentences for a person. */
  readonly story: string;
  /** Where this failure is known from: an incident, a paper, a vendor's documentation. */
  readonly source: string;
  /** The policy, as YAML. Its agents are in stage `sandbox`, its upstreams are named as the worlds are here. */
  readonly policy: string;
  /** The OpenAPI documents that the policy names, by their paths as it writes them. */
  readonly documents?: Readonly<Record<string, string>>;
  /** The businesses, by upstream. */
  readonly worlds: Readonly<Record<string, WorldSetup>>;
  /** Run at the same time. */
  readonly agents: readonly AgentRun[];
  /**
   * Stands in for the language model of agents that are commands: they find it as `OPENAI_BASE_URL` and `OPENAI_API_KEY`.
   * Each run begins the script anew.
   */
  readonly model?: ModelScript;
  /** What a human does meanwhile. Only the guarded run has a switch to reach for. */
  readonly operator?: (room: OperatorRoom) => Promise<void>;
  /**
   * What of the ledgers must never have happened, whatever the policy's rules say: the oracle.
   * Without the door it must find something (else the scenario proves nothing); with it, nothing.
   * `arrivals` are the requests that reached a business, effect or not, as entries of kind {@link ARRIVAL}: for harm that
   * no ledger shows, such as load on an endpoint that fails anyway. Both are in time order.
   * `accountOf` is what the records say of an entry of the ledger: for harm that lies in nobody knowing.
   */
  readonly harm: (
    ledger: readonly LedgerEntry[],
    arrivals: readonly LedgerEntry[],
    accountOf: (entry: LedgerEntry) => Account | undefined,
  ) => readonly LedgerEntry[];
  /** No run takes longer: agents still at work are ended. */
  readonly timeoutMs: number;
}

/** Who did something and why, as it was written down before it was done. Without the door nothing is written down. */
export interface Account {
  readonly agent: string;
  readonly task: string;
  readonly call: CallId;
  /** The request's body as it was sent. */
  readonly body: string | null;
}

/** The kind of an entry that stands for a request; its subject is the request: `GET /v1/charges/ch_1`. */
export const ARRIVAL = 'request';

export interface WorldSetup {
  readonly definition: WorldDefinition;
  readonly seed?: number;
  readonly size?: number;
  readonly faults?: readonly FaultRule[];
}

export interface AgentRun {
  /** An agent of the policy. */
  readonly agent: string;
  readonly task: string;
  readonly program: AgentProgram;
}

/** An agent: a function in this process, or any command in any language. */
export type AgentProgram =
  | { readonly kind: 'function'; readonly run: (desk: AgentDesk) => Promise<void> }
  | {
      readonly kind: 'command';
      /**
       * Program and arguments. It finds its way by environment: `INTERLOCK_URL` (the door; without one, the first
       * upstream), `INTERLOCK_TOKEN`, a base URL for each upstream, `PAYMENTS_URL`, and `INTERLOCK_IDS`: the desk's ids as
       * JSON, the first of each kind. `INTERLOCK_TASK` is what its run is for.
       */
      readonly command: readonly [string, ...string[]];
      /** What else it finds in its environment. */
      readonly environment?: Readonly<Record<string, string>>;
      /** Runs instead where the command's program is not installed. */
      readonly otherwise?: AgentProgram;
    };

/** What an agent is given to work with: the same names with and without the door, only other addresses and keys. */
export interface AgentDesk {
  /** The base URL of each upstream, without a trailing slash. */
  readonly urls: Readonly<Record<string, string>>;
  /** The API key to send: a grant at the door, the business's own key without it. */
  readonly token: string;
  /** The world's ids that the task names: what an agent would have been told. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** Fires when the run's time is over. */
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

export interface OperatorRoom {
  readonly kill: (agent: string, reason: string) => Promise<void>;
  readonly resume: (agent: string, reason: string) => Promise<void>;
  /** What waits for a human now, the oldest first. */
  readonly holds: () => readonly HoldLine[];
  /** Lets a held call through, once. */
  readonly approve: (call: CallId, reason: string) => Promise<void>;
  readonly reject: (call: CallId, reason: string) => Promise<void>;
  readonly worlds: Readonly<Record<string, World>>;
  /** Waits until a condition on the worlds or the holds is true, or the run ends. */
  readonly until: (condition: () => boolean) => Promise<void>;
}

export const defineScenario = (scenario: Scenario): Scenario => scenario;

/** Sum of what left, in one currency per entry list; the sandbox's worlds keep one currency each. */
export function moneyOut(entries: readonly LedgerEntry[], currency = 'USD'): Money {
  let micros = 0n;
  for (const { moneyOut: out } of entries) if (out?.currency === currency) micros += out.micros;
  return { micros, currency };
}
