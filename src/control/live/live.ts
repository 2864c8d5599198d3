import type { Instant } from '../../std/clock.ts';
import type { Overview } from '../contract/overview.ts';
import type { Premises } from '../premises.ts';
import { Feed, type Line } from './feed.ts';
import { overview } from './overview.ts';
import { TrafficCount } from './traffic.ts';
import type { Watcher } from './watcher.ts';

/** What the door does now, for people who look once and for people who watch. */
export class Live {
  readonly #premises: Premises;
  readonly #startedAt: Instant;
  readonly #traffic: TrafficCount;
  readonly #feed: Feed;
  readonly #stopListening: () => void;
  /** The last look, for all who ask in the same turn of the event loop. */
  #look: { readonly overview: Overview; json?: string } | undefined;

  constructor(premises: Premises) {
    this.#premises = premises;
    this.#startedAt = premises.clock.now();
    this.#traffic = new TrafficCount(this.#startedAt, ({ call }) => premises.engine.openCall(call)?.agent);
    this.#feed = new Feed({ now: () => premises.clock.now(), overview: () => this.json() });
    this.#stopListening = premises.log.listen((entry, seq) => {
      this.#traffic.heard(entry);
      this.#look = undefined;
      this.#feed.heard(entry, seq);
    });
  }

  /** Everything that the first look needs. */
  overview(): Overview {
    return this.#looked().overview;
  }

  /** The same as JSON. */
  json(): string {
    const look = this.#looked();
    return (look.json ??= JSON.stringify(look.overview));
  }

  /** Those who watch. */
  get watchers(): number {
    return this.#feed.count;
  }

  /** @param every tell of every call and not of a sample; see {@link Feed.join} */
  watch(every: boolean, line: Line): Watcher | undefined {
    return this.#feed.join(every, line);
  }

  /** Says goodbye to all who watch; nothing is told any more. */
  close(): void {
    this.#stopListening();
    this.#feed.close('closing');
  }

  #looked(): { readonly overview: Overview; json?: string } {
    if (this.#look === undefined) {
      const { clock } = this.#premises;
      const parts = {
        premises: this.#premises,
        traffic: this.#traffic,
        startedAt: this.#startedAt,
        paceOf: () => undefined,
      };
      this.#look = { overview: overview(parts, clock.now()) };
      setImmediate(() => (this.#look = undefined));
    }
    return this.#look;
  }
}
