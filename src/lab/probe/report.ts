import type { Discovery, Told } from './discovery.ts';
import type { ProbeResult } from './result.ts';

/** A discovery, what is told of it, and where it was kept. */
export interface ToldDiscovery {
  readonly discovery: Discovery;
  readonly told: Told;
  /** The scenario file that acts it out again; `null`: it was not asked for. */
  readonly keptAs: string | null;
}

/** A probe as people and machines are told it. Plain data. */
export interface ProbeReport {
  readonly file: string;
  /** The policy's digest. */
  readonly digest: string;
  /** Of its rules alone: what was searched for holes. */
  readonly rules: string;
  /** Of the engine that was searched. */
  readonly version: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly result: ProbeResult;
  /** Holes in the policy, in the order in which they were found. */
  readonly holes: readonly ToldDiscovery[];
  /** Promises of Interlock's own that did not hold. */
  readonly bugs: readonly ToldDiscovery[];
  /** What a reader should know of how it was made. */
  readonly remarks: readonly string[];
}
