import type { Stage } from '../../engine/call.ts';
import type { AgentId } from '../../engine/ids.ts';
import { blastRadius, type BlastRadius } from '../blast-radius.ts';
import type { LoadedPolicy } from '../policy.ts';
import { PolicySchema, type PolicyFile } from '../schema.ts';
import { same } from './as-strict.ts';
import { plainOf } from './plain.ts';
import { reachAt, realRoutes, type Reach } from './reach.ts';
import { widened, type Side } from './widened.ts';
import { radiusChanges } from './words.ts';

/** Where an agent stands under a policy; `null`: it is not in it. */
export interface StandsAt {
  readonly before: Stage | null;
  readonly after: Stage | null;
}

/** What one policy in place of another does to one agent. */
export interface AgentChange {
  readonly agent: AgentId;
  /** By what the policies say it may do at most, wherever it stands. */
  readonly did: 'same' | 'narrower' | 'wider' | 'added' | 'removed';
  /** In words, a line each. */
  readonly changes: readonly string[];
  readonly stage: StandsAt;
  /** What it could really do after that it really could not before, where it stands; a line each. */
  readonly widened: readonly string[];
}

/**
 * Compares two policies agent by agent: what each lets it do at most, and what of that is real where the agent stands. What an
 * agent in shadow would write is not real; what it reads is.
 */
export function changeOf(
  before: LoadedPolicy,
  after: LoadedPolicy,
  standsAt: (agent: AgentId) => StandsAt,
): readonly AgentChange[] {
  const [was, is] = [readingOf(before), readingOf(after)];
  const agents = new Set([...before.policy.agents.keys(), ...after.policy.agents.keys()]);
  return [...agents].map((agent) => agentChange(agent, was, is, standsAt(agent)));
}

interface PolicyReading {
  readonly loaded: LoadedPolicy;
  readonly file: PolicyFile;
  readonly radius: BlastRadius;
}

function readingOf(loaded: LoadedPolicy): PolicyReading {
  return { loaded, file: PolicySchema.parse(loaded.plain), radius: blastRadius(loaded) };
}

function agentChange(agent: AgentId, was: PolicyReading, is: PolicyReading, stage: StandsAt): AgentChange {
  const radiusIn = ({ radius }: PolicyReading): BlastRadius['agents'][number] | undefined =>
    radius.agents.find((one) => one.agent === agent);
  const moved =
    stage.before === stage.after || stage.before === null || stage.after === null
      ? []
      : [`stands at: ${stage.before} → ${stage.after}`];
  const radius = radiusChanges(radiusIn(was), radiusIn(is));
  if (stage.after === null) return { agent, did: 'removed', changes: radius, stage, widened: [] };
  const real = widened(agent, at(was, agent, stage.before), at(is, agent, stage.after));
  if (stage.before === null) return { agent, did: 'added', changes: radius, stage, widened: real };
  const possible = widened(agent, side(was, agent, stage.before, 'all'), side(is, agent, stage.after, 'all'));
  const isSame = same(partOf(was, agent), partOf(is, agent));
  const did = possible.length > 0 || real.length > 0 ? 'wider' : isSame ? 'same' : 'narrower';
  return { agent, did, changes: [...new Set([...moved, ...radius, ...possible, ...real])], stage, widened: real };
}

function at(reading: PolicyReading, agent: AgentId, stage: Stage | null): Side {
  return side(reading, agent, stage ?? 'sandbox', stage === null ? 'none' : reachAt(stage));
}

function side({ loaded, file }: PolicyReading, agent: AgentId, stage: Stage, reach: Reach): Side {
  return { policy: file, stage, routes: realRoutes(file, agent, reach), documents: loaded.documents };
}

/** All that a policy says that may concern an agent's calls. */
function partOf({ loaded, file }: PolicyReading, agent: AgentId): unknown {
  const { routes, upstreams, budgets, baselines } = plainOf(loaded);
  return [file.agents[agent], routes, upstreams, budgets, baselines, loaded.documents];
}
