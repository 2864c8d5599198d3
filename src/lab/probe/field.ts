import type { Instant } from '../../std/clock.ts';
import { RequestReader } from '../../door/judge/reading.ts';
import { asDeclared } from '../../engine/standings.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { World, WorldDefinition, WorldOptions } from '../world/world.ts';
import { Preparations } from './prepared.ts';
import { Readings } from './readings.ts';
import { blamed } from './threw.ts';

/** One business of a probe, as it stands before anything happens. */
export interface FieldWorld {
  readonly definition: WorldDefinition;
  readonly options: WorldOptions;
  readonly asItStands: World;
}

/** What all runs of one probe have in common. */
export interface Field {
  /** The policy under probe, every agent let out: see {@link letOut}. */
  readonly loaded: LoadedPolicy;
  /** By upstream. */
  readonly worlds: ReadonlyMap<string, FieldWorld>;
  /** When the businesses begin; no run begins earlier. */
  readonly startsAt: Instant;
  /** How requests are read; it keeps nothing of a run. */
  readonly reader: RequestReader;
  readonly preparations: Preparations;
  readonly readings: Readings;
}

/** The key that the businesses of a probe ask for. */
export const BUSINESS_KEY = 'sk_test_probe00000000000000000000';

export interface FieldOptions {
  readonly seed: number;
  readonly startsAt: Instant;
  /** How many of each thing the businesses have: few, so that calls meet each other. */
  readonly size: number;
}

export function newField(
  loaded: LoadedPolicy,
  definitions: ReadonlyMap<string, WorldDefinition>,
  { seed, startsAt, size }: FieldOptions,
): Field {
  const setups = [...definitions].map(([upstream, definition]) => [upstream, { definition, seed, size }] as const);
  return newFieldOf(loaded, new Map(setups), startsAt);
}

/** Businesses of which each has a seed and a size of its own. */
export function newFieldOf(
  loaded: LoadedPolicy,
  setups: ReadonlyMap<string, { readonly definition: WorldDefinition; readonly seed: number; readonly size?: number }>,
  startsAt: Instant,
): Field {
  const worlds = [...setups].map(([upstream, { definition, ...setup }]): [string, FieldWorld] => {
    const options: WorldOptions = { ...setup, startsAt, apiKey: BUSINESS_KEY };
    const create = (): World => definition.create(options);
    return [
      upstream,
      { definition, options, asItStands: blamed({ kind: 'world', upstream }, () => 'it was made', create) },
    ];
  });
  return { worlds: new Map(worlds), startsAt, ...read(loaded) };
}

/** The same businesses under another policy. */
export function underPolicy({ worlds, startsAt }: Field, loaded: LoadedPolicy): Field {
  return { worlds, startsAt, ...read(loaded) };
}

function read(loaded: LoadedPolicy): Pick<Field, 'loaded' | 'reader' | 'preparations' | 'readings'> {
  const out = letOut(loaded);
  out.prepare();
  const reader = new RequestReader(out, null);
  return { loaded: out, reader, preparations: new Preparations(reader), readings: new Readings(reader) };
}

/** The same, for which its author is named where it throws. @throws Threw */
export function worldOfRun(upstream: string, world: FieldWorld): World {
  return blamed(
    { kind: 'world', upstream },
    () => 'a run began',
    () => worldOf(world),
  );
}

/** A business of one run: nobody else's. */
export function worldOf({ definition, options, asItStands }: FieldWorld): World {
  return asItStands.fork?.() ?? definition.create(options);
}

/**
 * The same policy with its agents where their writes are real: what a policy must hold is what it lets an agent do once it is
 * let out. One in `limited` stays there, for its segment is a rule like others.
 */
export function letOut(loaded: LoadedPolicy): LoadedPolicy {
  const agents = [...asDeclared(loaded.policy).agents].map(
    ([id, agent]) => [id, agent.stage === 'limited' ? agent : { ...agent, stage: 'production' as const }] as const,
  );
  return { ...loaded, policy: { ...loaded.policy, agents: new Map(agents) } };
}
