import { performance } from 'node:perf_hooks';
import type { Clock } from '../../std/clock.ts';
import { ok, type Result } from '../../std/result.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Disk } from '../../journal/disk.ts';
import type { Log } from '../../journal/refold/follow.ts';
import { policyEntry, type CaughtUp, type Grants, type Proof, type Refold } from '../../journal/index.ts';
import { changeOf, needsRestart, type AgentChange, type LoadedPolicy } from '../../policy/index.ts';
import type { Lacking } from '../answers/stage-words.ts';
import type { Door, DoorParts } from '../door.ts';
import type { JournalPort } from '../judge/admit.ts';
import { refused, spoken, type OperationParts, type Outcome } from '../operations/parts.ts';
import type { Rulebook } from '../rulebook.ts';
import { fallsOf, standsIn, type Fallen, type Stands } from './falls.ts';
import { refusals } from './refusals.ts';

/** Where a running door gets another policy from, and what it needs to work by it. */
export interface PolicySource {
  /** The policy's files, read again and checked as at a start; or every fault in them. */
  readonly read: () => Promise<Result<LoadedPolicy, readonly string[]>>;
  /** The ways to upstreams that were opened at the start, for another policy; or what there is no way to. */
  readonly link: (policy: LoadedPolicy) => Result<DoorParts['link'], readonly string[]>;
  readonly lacking: (policy: LoadedPolicy) => Lacking;
  /** It is in force: whoever keeps something that was made of the other one makes it anew. Must not throw. */
  readonly onReloaded?: (policy: LoadedPolicy) => void;
}

/** Who wants it. */
export interface Asker {
  readonly by: string;
  readonly proof: Proof | undefined;
}

/** What loading the policy did, or would do. */
export interface Reloaded {
  /** Whether it is in force now; of a dry one: whether it would be. */
  readonly loaded: boolean;
  /** Digests; `null` where its file cannot be read. */
  readonly before: string;
  readonly after: string | null;
  readonly agents: readonly Omit<AgentChange, 'widened'>[];
  /** Why it is not loaded, each with the next step. */
  readonly refused: readonly string[];
  readonly tookMs: number;
  /** How long no call could be judged. */
  readonly pausedMs: number;
}

export interface ReloaderParts {
  readonly source: PolicySource;
  readonly refold: Refold;
  readonly door: Door;
  readonly engine: Engine;
  readonly grants: Grants;
  readonly journal: JournalPort;
  readonly log: Log;
  readonly clock: Clock;
  readonly dir: string;
  readonly disk: Disk;
  /** What promotions are verified with. */
  readonly operations: OperationParts;
  readonly onFault: (error: unknown) => void;
}

/**
 * Loads another policy into a running door.
 *
 * The new engine is folded from the journal apart, under the new policy, as a restart would; when it has caught up but for a few
 * records, one synchronous step folds those, appends the policy's record and swaps engine and rulebook. So every call is judged
 * by the policy whose record stands before its own (I8), and what a crash leaves is one of the two.
 */
export class Reloader {
  readonly #parts: ReloaderParts;
  #busy = false;

  constructor(parts: ReloaderParts) {
    this.#parts = parts;
  }

  async reload(asker: Asker, dry: boolean): Outcome<Reloaded> {
    const word = spoken('load the policy', asker.by, 'it was asked for');
    if (!word.ok) return word;
    if (this.#busy)
      return refused(409, 'Failed to load the policy: it is being loaded already. Ask again in a moment.');
    this.#busy = true;
    try {
      return await this.#load({ ...asker, by: word.value.by }, dry);
    } finally {
      this.#busy = false;
    }
  }

  async #load(asker: Asker, dry: boolean): Outcome<Reloaded> {
    const { door, source, refold, log, dir, disk } = this.#parts;
    const since = performance.now();
    const before = door.policy;
    const answer = (over: Partial<Reloaded>): Result<Reloaded, never> =>
      ok({
        loaded: false,
        before: before.digest,
        after: null,
        agents: [],
        refused: [],
        pausedMs: 0,
        ...over,
        tookMs: Math.round(performance.now() - since),
      });
    const read = await source.read();
    if (!read.ok) return answer({ refused: read.failure });
    const policy = read.value;
    const after = policy.digest;
    if (after === before.digest) return answer({ loaded: true, after });
    const wired = needsRestart(before, policy);
    if (wired.length > 0) return answer({ after, refused: wired });
    const link = source.link(policy);
    if (!link.ok) return answer({ after, refused: link.failure });
    policy.prepare();
    const folded = await refold({ dir, policy, log, disk });
    if (!folded.ok) return answer({ after, refused: [folded.failure] });
    try {
      const stands = this.#stands(folded.value.engine, policy);
      const changes = changeOf(before, policy, (agent) => stands.of(agent));
      const agents = changes.map(({ widened: _, ...change }) => change);
      const why = refusals(changes, stands, this.#parts);
      if (why.length > 0 || dry) return answer({ loaded: why.length === 0, after, agents, refused: why });
      const rules = this.#rulebook(policy, link.value);
      const pausedMs = this.#swap(policy, rules, folded.value, stands, asker);
      if (typeof pausedMs === 'string') return answer({ after, agents, refused: [pausedMs] });
      await this.#parts.journal.durable();
      source.onReloaded?.(policy);
      return answer({ loaded: true, after, agents, pausedMs });
    } finally {
      folded.value.end();
    }
  }

  #rulebook(policy: LoadedPolicy, link: DoorParts['link']): Rulebook {
    const { door, source } = this.#parts;
    return door.rulebook({
      policy,
      link,
      lacking: source.lacking(policy),
      sealer: door.sealer?.under(policy) ?? null,
      shadow: door.shadow.under(policy),
    });
  }

  #stands(engine: Engine, policy: LoadedPolicy): Stands {
    const { operations, clock } = this.#parts;
    return standsIn(this.#parts.engine, { ...operations, engine, policy }, clock.now());
  }

  /**
   * INVARIANT: no call comes in between; until the record has its place nothing has changed, and behind it nothing may fail.
   * Gives how long it took, or why the policy stays.
   */
  #swap(policy: LoadedPolicy, rules: Rulebook, caught: CaughtUp, seen: Stands, { by, proof }: Asker): number | string {
    const { engine, door, journal, clock, onFault } = this.#parts;
    const since = performance.now();
    if (door.isDraining) return 'This door is closing; it keeps the policy it has.';
    caught.finish();
    const next = caught.engine;
    const at = clock.now();
    const stands = this.#stands(next, policy);
    if (!stands.equals(seen))
      return 'Where an agent stands has changed meanwhile. Look at what this would do, and ask again.';
    for (const freeze of engine.freezes()) {
      // Also of those whose record found no room (I6).
      if (next.frozen(freeze.agent)?.trip !== freeze.trip) next.apply({ kind: 'frozen', freeze });
    }
    const falls = fallsOf(stands, policy.digest, at, by);
    for (const { event } of falls) next.apply(event);
    journal.append(policyEntry(policy, at, { by: `human:${by}`, ...(proof !== undefined && { proof }) }));
    engine.adopt(next);
    door.adopt(rules);
    this.#tell(falls, onFault);
    return performance.now() - since;
  }

  /** That they fell, for people to be told. They stand where they do whether or not there is room for this. */
  #tell(falls: readonly Fallen[], onFault: (error: unknown) => void): void {
    for (const { entry } of falls) {
      try {
        this.#parts.journal.append(entry);
      } catch (error) {
        onFault(error);
      }
    }
  }
}
