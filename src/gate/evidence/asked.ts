import type { Stage } from '../../engine/call.ts';
import type { AgentId } from '../../engine/ids.ts';
import type { CaseField } from '../../evidence/divergence/model.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { Instant } from '../../std/clock.ts';

/** What a gate is asked about, and where what it knows lies. */
export interface Asked {
  /** The candidate: evidence is of the agent that it names under the rules that it has. */
  readonly policy: LoadedPolicy;
  /** The data directory of the door whose journal is the evidence. */
  readonly dir: string;
  readonly agent: AgentId;
  readonly to: Stage;
  /** The step of the ramp, from 1; `null`: the stage has no ramp. */
  readonly step: number | null;
  readonly actuals?: ActualsAsked;
  /** NDJSON: what somebody who knows says of calls. */
  readonly labels?: string;
  /** Where `interlock sandbox --out` wrote its results and journals. */
  readonly sandboxDir?: string;
  /** Every scenario that there is, whether or not it was run; absent: those of the results. */
  readonly scenarios?: readonly string[];
  /** What `interlock probe --json` printed. */
  readonly probeFile?: string;
  /** The data directory of a journal of the same time, of whoever does the work today. */
  readonly baselineDir?: string;
  readonly now: Instant;
}

/** What people did in the agent's cases; see `docs/divergence.md`. */
export interface ActualsAsked {
  /** A CSV or NDJSON file, or the data directory of a second journal. */
  readonly place: string;
  readonly caseField?: CaseField;
  /** What a file calls a route. */
  readonly actions?: ReadonlyMap<string, string>;
  readonly currency?: string;
  /** How far apart in time two actions may lie and still be the same; `null`: as far as they like. Default: a day. */
  readonly withinMs?: number | null;
}
