import fc from 'fast-check';
import type { Fault } from '../world/faults.ts';
import type { Arena, Reply } from '../probe/arena.ts';
import type { Adversary, Move } from './adversary.ts';
import { isStopped, look, shown, write, type Errand } from './errand.ts';
import { among, errands, losses, writesOf } from './picks.ts';
import { KEYINGS, keyed, type Keying } from './retrying-client/keys.ts';

/** Three layers of three attempts are known from real clients: a browser, its backend and an SDK. */
const LAYERS_MAX = 3;
const ATTEMPTS_MAX = 5;
/** The first wait; each further one is twice as long. */
const BACKOFFS_MS = [1_000, 0, 100, 30_000, 3_600_000];
/** How long a call is still under way when its client has given up. */
const UNDER_WAY_MS = 20_000;
/** What the client takes for a failure that is worth another attempt. */
const PERSISTENCE = ['where nobody knows', 'whatever was said'] as const;

interface Retries {
  readonly fault: Fault;
  /** How many calls meet it. */
  readonly lost: number;
  readonly attempts: number;
  readonly layers: number;
  readonly keying: Keying;
  readonly backoffMs: number;
  readonly persists: (typeof PERSISTENCE)[number];
  /** The client gives up first, while the call is still under way. */
  readonly impatient: boolean;
}

/** A client that does not know what became of its call asks again; layers of such clients multiply. */
export const retryingClient: Adversary = {
  name: 'retrying-client',
  title: 'Repeats a write whose answer was lost, with backoff, under another idempotency key, the same or none.',
  moves(ground) {
    const writes = writesOf(ground);
    if (writes.length === 0) return [];
    const retries = fc.record({
      fault: losses,
      lost: fc.integer({ min: 1, max: ATTEMPTS_MAX }),
      attempts: fc.integer({ min: 1, max: ATTEMPTS_MAX }),
      layers: fc.integer({ min: 1, max: LAYERS_MAX }),
      keying: among(KEYINGS),
      backoffMs: among(BACKOFFS_MS),
      persists: among(PERSISTENCE),
      impatient: fc.boolean(),
    });
    return [fc.tuple(errands(ground, writes), retries).map(([errand, how]) => retrying(errand, how))];
  },
};

function retrying(errand: Errand, how: Retries): Move {
  const { fault, lost, attempts, layers, keying, backoffMs, impatient } = how;
  return {
    run: (arena) => new Client(arena, errand, how).attempt(layers),
    toString: () =>
      `retrying-client: ${shown(errand)}, ${fault.kind} ×${lost}${impatient ? ' that it does not wait for' : ''}, ` +
      `${attempts} attempts in ${layers} layers, ${keying} idempotency key, backoff from ${backoffMs} ms`,
  };
}

/** One run of the client. */
class Client {
  readonly #arena: Arena;
  readonly #errand: Errand;
  readonly #how: Retries;
  #sent = 0;
  #layersBegun = 0;

  constructor(arena: Arena, errand: Errand, how: Retries) {
    this.#arena = arena;
    this.#errand = errand;
    this.#how = how;
  }

  /** True: it need not be tried again. */
  attempt(layer: number): boolean {
    if (layer === 0) return this.#call();
    this.#layersBegun += 1;
    const { attempts, backoffMs } = this.#how;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (attempt > 0) this.#arena.wait(backoffMs * 2 ** (attempt - 1));
      if (this.attempt(layer - 1)) return true;
    }
    return false;
  }

  #call(): boolean {
    const { fault, lost, keying, impatient } = this.#how;
    const number = { call: this.#sent, layer: this.#layersBegun };
    this.#sent += 1;
    look(this.#arena, this.#errand);
    const reply = write(this.#arena, keyed(this.#errand, keying, number), {
      ...(this.#sent <= lost && { fault }),
      ...(impatient && { lastsMs: UNDER_WAY_MS }),
    });
    return isStopped(reply) || this.#isEnough(reply);
  }

  #isEnough({ status, verdict }: Reply): boolean {
    if (status !== null && status < 300) return true;
    if (this.#how.persists === 'whatever was said') return false;
    return verdict !== 'allow' || (status !== null && status < 500 && status !== 429);
  }
}
