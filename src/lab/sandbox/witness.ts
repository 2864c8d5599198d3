import { type RequestHandler, http } from 'msw';
import type { Clock, Instant } from '../../std/clock.ts';
import type { Transport } from '../../door/flight/transport.ts';
import { WORLD_URL } from '../world/msw.ts';
import { ARRIVAL } from './scenario.ts';
import type { LedgerEntry, World, WorldCall } from '../world/world.ts';

/** A request as it left for a business. */
export interface Arrival {
  readonly at: Instant;
  readonly upstream: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** `null`: none. */
  readonly body: string | null;
  /** What it says of its body and of the run it belongs to; only without a door, which reads both. */
  readonly contentType?: string | undefined;
  readonly session?: string | undefined;
  /** How much of the journal was on file at this moment; 0 without a door. */
  readonly journalBytes: number;
}

/** What one call did to a business. */
export interface Deed {
  readonly upstream: string;
  /** Which arrival did it, by its number; `undefined`: nobody's that was seen to arrive. */
  readonly arrival: number | undefined;
  readonly entries: readonly LedgerEntry[];
}

/** Carries an arrival's number into the mock, so that a deed names the request that did it. Never leaves this process. */
const NUMBER_HEADER = 'x-sandbox-arrival';

/** Stands at the businesses' doorstep and writes down who came and what they did: the ground truth of a run. */
export class Witness {
  readonly arrivals: Arrival[] = [];
  readonly deeds: Deed[] = [];
  readonly #clock: Clock;
  readonly #journalBytes: () => number;
  readonly #listeners = new Set<() => void>();

  constructor(clock: Clock, journalBytes: () => number = () => 0) {
    this.#clock = clock;
    this.#journalBytes = journalBytes;
  }

  /** Calls back whenever something happened at a business. Gives what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The same world, watched. */
  world(upstream: string, world: World): World {
    const handle = (call: WorldCall): ReturnType<World['handle']> => {
      const before = world.ledger.length;
      const answer = world.handle(call);
      const number = call.headers[NUMBER_HEADER];
      const arrival = number === undefined ? undefined : Number(number);
      if (world.ledger.length > before) this.deeds.push({ upstream, arrival, entries: world.ledger.slice(before) });
      this.#changed();
      return answer;
    };
    return {
      name: world.name,
      handle,
      ids: () => world.ids(),
      get ledger() {
        return world.ledger;
      },
    };
  }

  /** The same transport, watched: everything that leaves the door passes here. */
  transport(upstream: string, inner: Transport): Transport {
    return {
      send: (request, answer) => {
        const { method, target, headers, body } = request;
        const number = this.#arrived({ upstream, method, target, body: body?.toString() ?? null });
        return inner.send({ ...request, headers: [...headers, NUMBER_HEADER, String(number)] }, answer);
      },
      close: () => inner.close(),
    };
  }

  /**
   * For a world that is reached over HTTP: a handler that answers nothing and stands before all others, which are given the
   * same request.
   */
  handler(upstream: string): RequestHandler {
    return http.all(`${WORLD_URL}/*`, async ({ request }) => {
      const { pathname, search } = new URL(request.url);
      const text = await request.clone().text();
      const number = this.#arrived({
        upstream,
        method: request.method,
        target: pathname + search,
        body: text === '' ? null : text,
        contentType: request.headers.get('content-type') ?? undefined,
        session: request.headers.get('interlock-session') ?? undefined,
      });
      request.headers.set(NUMBER_HEADER, String(number));
    });
  }

  #arrived(came: Omit<Arrival, 'at' | 'journalBytes'>): number {
    const arrival = { ...came, at: this.#clock.now(), journalBytes: this.#journalBytes() };
    const number = this.arrivals.push(arrival) - 1;
    this.#changed();
    return number;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** An arrival in the ledger's form, for oracles. */
export function arrivalEntry({ at, method, target }: Arrival): LedgerEntry {
  return { at, kind: ARRIVAL, subject: `${method} ${target.split('?', 1)[0]}`, moneyOut: null, write: false };
}
