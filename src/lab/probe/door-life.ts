import type { Clock } from '../../std/clock.ts';
import type { Engine } from '../../engine/engine.ts';
import { Flights } from '../../door/flight/flights.ts';
import { Freezer } from '../../door/freezer.ts';
import type { Bench, JournalPort } from '../../door/judge/admit.ts';
import { Trail } from '../../door/trail.ts';
import type { Entry } from '../../journal/entry.ts';
import type { PassageParts } from './passage.ts';
import type { Watcher } from './watcher.ts';

/** What a door has in memory, from one start to its end. */
export interface DoorLife {
  readonly engine: Engine;
  readonly bench: Bench;
  readonly passages: PassageParts;
  /** It dies: nothing that is under way is settled by it any more. */
  end(): void;
}

/** @param append writes to the journal, which outlives it */
export function doorLife(engine: Engine, clock: Clock, append: (entry: Entry) => void, watcher: Watcher): DoorLife {
  const flights = new Flights();
  const trail = new Trail();
  const journal: JournalPort = {
    append: (entry) => {
      append(entry);
      if (entry.kind === 'freeze') watcher.frozen?.(entry);
    },
    durable: () => Promise.resolve(),
  };
  const freezer = new Freezer({ engine, journal, clock, flights, trail });
  return {
    engine,
    bench: { engine, journal, freezer, trail },
    passages: { engine, journal, flights, freezer, watcher, now: () => clock.now() },
    end: () => flights.ground(() => undefined),
  };
}
