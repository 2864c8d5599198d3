import type { Instant } from '../../std/clock.ts';
import type { Level } from '../../engine/guard.ts';
import type { AgentId } from '../../engine/ids.ts';
import type { Overview } from '../contract/overview.ts';
import type { Premises } from '../premises.ts';
import { Feed, type Crowd, type Line } from './feed.ts';
import { overview } from './overview.ts';
import { Paces, SAMPLE_EVERY_MS } from './pace.ts';
import { TrafficCount } from './traffic.ts';
import type { Watcher } from './watcher.ts';

/** In how many turns all agents' limits are sampled. */
const TURNS = 20;

/** What the door does now, for people who look once and for people who watch. */
export class Live {
  readonly #premises: Premises;
  readonly #startedAt: Instant;
  readonly #traffic: TrafficCount;
  readonly #feed: Feed;
  readonly #paces: Paces;
  readonly #stopListening: () => void;
  readonly #sampler: NodeJS.Timeout;
  #turn = 0;
  /** The last look, for all who ask in the same turn of the event loop. */
  #look: { readonly overview: Overview; json?: string } | undefined;

  constructor(premises: Premises) {
    this.#premises = premises;
    this.#startedAt = premises.clock.now();
    this.#traffic = new TrafficCount(this.#startedAt, ({ call }) => premises.engine.openCall(call)?.agent);
    this.#feed = new Feed({ now: () => premises.clock.now(), overview: () => this.json() });
    this.#paces = new Paces((agent, at) => premises.engine.levels(agent, at));
    this.#sampler = setInterval(() => this.#sample(), SAMPLE_EVERY_MS / TURNS).unref();
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
  watch(every: boolean, line: Line): Watcher | Crowd {
    return this.#feed.join(every, line);
  }

  /** Says goodbye to all who watch, and resolves once that has left; nothing is told any more. */
  async close(): Promise<void> {
    clearInterval(this.#sampler);
    this.#stopListening();
    this.#feed.close('closing');
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** A few agents at a time, so that no call waits for all of them. */
  #sample(): void {
    const { policy, clock } = this.#premises;
    const { agents } = policy.policy;
    const at = clock.now();
    let place = 0;
    for (const agent of agents.keys()) if (place++ % TURNS === this.#turn) this.#paces.sample(agent, at);
    this.#turn = (this.#turn + 1) % TURNS;
    if (this.#turn === 0) this.#paces.keep(agents);
  }

  #looked(): { readonly overview: Overview; json?: string } {
    if (this.#look === undefined) {
      const { clock } = this.#premises;
      const parts = {
        premises: this.#premises,
        traffic: this.#traffic,
        startedAt: this.#startedAt,
        paceOf: (agent: AgentId, level: Level, at: Instant) => this.#paces.of(agent, level, at),
      };
      this.#look = { overview: overview(parts, clock.now()) };
      setImmediate(() => (this.#look = undefined));
    }
    return this.#look;
  }
}
