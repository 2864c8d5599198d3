import type { Json } from '../../std/canonical-json.ts';
import { Engine } from '../../engine/engine.ts';
import type { Policy } from '../../engine/policy.ts';
import type { Entry } from '../../journal/entry.ts';
import { callOf, intentOf, type Intent } from '../../journal/facts.ts';
import { Fold } from '../../journal/fold.ts';

/** Entries that a restart may fold twice: fewer would cost more snapshots than they save folding. */
const ENTRIES_BETWEEN = 64;

/** A fold's state behind so many entries, as text: nothing of it is shared with an engine that lives on. */
interface Taken {
  readonly entries: number;
  readonly text: string;
}

/**
 * What the door of a run knows when it starts again: the fold of its journal, begun at a snapshot of an earlier fold as a door
 * begins at its own. Runs restart often, and to fold everything each time was a quarter of a search.
 *
 * INVARIANT: gives what folding every entry gives.
 */
export class Snapshots {
  readonly #policy: Policy;
  #last: Taken | undefined;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** @param entries the journal: what it gave before, and what came since */
  fold(entries: readonly Entry[]): Fold {
    const policy = this.#policy;
    const from = this.#last?.entries ?? 0;
    const fold = this.#last === undefined ? new Fold(policy) : loaded(this.#last, policy);
    for (let index = from; index < entries.length; index += 1) fold.apply(entries[index] as Entry);
    if (entries.length - from >= ENTRIES_BETWEEN) this.#last = taken(fold.engine, entries.length);
    return fold;
  }
}

interface Saved {
  readonly engine: Json;
  readonly open: readonly Intent[];
}

function taken(engine: Engine, entries: number): Taken {
  const saved: Saved = { engine: engine.save(), open: [...engine.open()].map(intentOf) };
  return { entries, text: JSON.stringify(saved) };
}

/** No grants, pages or policies stand in a run's journal: the engine is all that its fold has. */
function loaded({ text }: Taken, policy: Policy): Fold {
  const { engine: state, open } = JSON.parse(text) as Saved;
  const engine = new Engine(policy);
  engine.load(state, open.map(callOf));
  const { grants, users, outbox } = new Fold(policy);
  return new Fold(policy, { engine, grants, users, outbox, lastAt: 0, policyDigest: null });
}
