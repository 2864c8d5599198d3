import type { Prng } from '../../src/std/prng.ts';
import type { Answer, Exchange, Outbound, Transport, TransportFailure } from '../../src/door/flight/transport.ts';
import type { Timeline } from './timeline.ts';

/** What becomes of one request, by name. `commits`: before it answers, or although it never does. */
export type Fate =
  | 'answers'
  | 'answers in pieces'
  | 'refuses'
  | 'refuses after a while'
  | 'commits and fails'
  | 'fails before it commits'
  | 'commits and gives up waiting'
  | 'commits and drops'
  | 'drops before it commits'
  | 'breaks off in the middle of its answer'
  | 'hangs'
  | 'commits and hangs'
  | 'commits after everybody left'
  | 'is not there';

const FAULTS: readonly Fate[] = [
  'answers in pieces',
  'refuses',
  'refuses after a while',
  'commits and fails',
  'fails before it commits',
  'commits and gives up waiting',
  'commits and drops',
  'drops before it commits',
  'breaks off in the middle of its answer',
  'hangs',
  'commits and hangs',
  'commits after everybody left',
  'is not there',
];

/** Mirrors what the real transports keep: how long the head of an answer may take. */
const HEAD_TIMEOUT_MS = 30_000;
const LATE_MS = 45_000;

/** A process that may end while its request is under way. */
export interface Caller {
  readonly alive: boolean;
}

/** One request as it reached the business. */
export interface Arrival {
  readonly method: string;
  readonly target: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Somebody who watches the business, and not the door. */
export interface Witness<Seen extends Arrival> {
  arrived(request: Outbound, caller: Caller): Seen;
  /** What it asked for has truly happened. */
  committed(arrival: Seen): void;
  /** The door's side of it is over. */
  left(arrival: Seen): void;
}

/** A payment business that does whatever it is asked, as often as it is asked. What it did is the witness's ledger. */
export class Business<Seen extends Arrival> {
  readonly #timeline: Timeline;
  readonly #random: Prng;
  readonly #witness: Witness<Seen>;
  readonly #closed = new Set<string>();
  /** One of so many requests has another fate than to be answered; 0: none. */
  faultsOneIn = 0;
  latencyMs = 40;

  constructor(timeline: Timeline, random: Prng, witness: Witness<Seen>) {
    this.#timeline = timeline;
    this.#random = random;
    this.#witness = witness;
  }

  transport(caller: Caller): Transport {
    return { send: (request, answer) => this.#send(caller, request, answer), close: () => Promise.resolve() };
  }

  /** Something happens to a charge that no agent did. */
  closeElsewhere(charge: string): void {
    this.#closed.add(charge);
  }

  #send(caller: Caller, request: Outbound, answer: Answer): Exchange {
    if (!caller.alive) return NOBODY;
    const arrival = this.#witness.arrived(request, caller);
    const isFaulty = this.faultsOneIn > 0 && this.#random.below(this.faultsOneIn) === 0;
    const fate = isFaulty ? (FAULTS[this.#random.below(FAULTS.length)] as Fate) : 'answers';
    const line = new Line(caller, answer, () => this.#witness.left(arrival));
    const commit = (): void => this.#commit(arrival);
    const later = (delayMs: number, run: () => void): void => void this.#timeline.in(delayMs, run);
    const soonMs = this.latencyMs * (0.3 + 1.4 * this.#random.next());
    const thenMs = soonMs * this.#random.next();
    const failed = (code: TransportFailure['code'], sent: TransportFailure['sent']) => () =>
      line.fail({ code, detail: fate, sent });
    later(HEAD_TIMEOUT_MS, () => line.timeOut());

    switch (fate) {
      case 'answers':
        later(soonMs, () => {
          const body = this.#done(arrival);
          later(thenMs, () => line.whole(200, body));
        });
        break;
      case 'answers in pieces':
        later(soonMs, () => {
          const body = this.#done(arrival);
          line.head(200);
          const middle = this.#random.below(body.length);
          later(thenMs, () => line.data(body.subarray(0, middle)));
          later(2 * thenMs + 1, () => line.data(body.subarray(middle)));
          later(3 * thenMs + 2, () => line.end());
        });
        break;
      case 'refuses':
        later(soonMs, () => line.whole(this.#random.below(2) === 0 ? 404 : 429, ERROR));
        break;
      case 'refuses after a while':
        later(20 * soonMs, () => line.whole(422, ERROR));
        break;
      case 'commits and fails':
        later(soonMs, commit);
        later(soonMs + thenMs, () => line.whole(500, ERROR));
        break;
      case 'fails before it commits':
        later(soonMs, () => line.whole(503, ERROR));
        break;
      case 'commits and gives up waiting':
        later(soonMs, commit);
        later(soonMs + thenMs, () => line.whole(408, ERROR));
        break;
      case 'commits and drops':
        later(soonMs, commit);
        later(soonMs + thenMs, failed('reset', 'perhaps'));
        break;
      case 'drops before it commits':
        later(soonMs, failed('reset', 'perhaps'));
        break;
      case 'breaks off in the middle of its answer':
        later(soonMs, () => {
          const body = this.#done(arrival);
          line.head(200);
          line.data(body.subarray(0, this.#random.below(body.length)));
          later(thenMs, failed('reset', 'perhaps'));
        });
        break;
      case 'hangs':
        break;
      case 'commits and hangs':
        later(soonMs, commit);
        break;
      case 'commits after everybody left':
        later(LATE_MS, commit);
        break;
      case 'is not there':
        later(thenMs, failed('refused', 'no'));
        break;
    }
    return line;
  }

  #commit(arrival: Seen): void {
    const close = /^\/v1\/charges\/([^/]+)\/close$/.exec(arrival.target)?.[1];
    if (close !== undefined) this.#closed.add(close);
    if (arrival.method !== 'GET') this.#witness.committed(arrival);
  }

  /** Does what was asked, and says so. */
  #done(arrival: Seen): Buffer {
    this.#commit(arrival);
    const charge = /^\/v1\/charges\/([^/]+)$/.exec(arrival.target)?.[1];
    return Buffer.from(
      JSON.stringify(
        charge === undefined ? { ok: true } : { id: charge, amount: 5_000, open: !this.#closed.has(charge) },
      ),
    );
  }
}

const ERROR = Buffer.from('{"error":"the business says no"}');
const NOBODY: Exchange = { resume: () => undefined, abort: () => undefined };
const HEADERS = ['content-type', 'application/json'];

/** The door's end of one exchange: exactly one end, and nothing after it or to a process that is gone. */
class Line implements Exchange {
  readonly #caller: Caller;
  readonly #answer: Answer;
  readonly #left: () => void;
  #state: 'waiting' | 'answering' | 'over' = 'waiting';

  constructor(caller: Caller, answer: Answer, left: () => void) {
    this.#caller = caller;
    this.#answer = answer;
    this.#left = left;
  }

  head(status: number): void {
    if (!this.#open()) return;
    this.#state = 'answering';
    this.#answer.head(status, HEADERS);
  }

  data(chunk: Buffer): void {
    if (this.#open() && chunk.length > 0) this.#answer.data(chunk);
  }

  end(): void {
    if (this.#over()) this.#answer.ended();
  }

  whole(status: number, body: Buffer): void {
    this.head(status);
    this.data(body);
    this.end();
  }

  fail(failure: TransportFailure): void {
    if (this.#over()) this.#answer.failed(failure);
  }

  timeOut(): void {
    if (this.#state === 'waiting') this.fail({ code: 'timeout', detail: 'no head in time', sent: 'perhaps' });
  }

  resume(): void {}

  abort(): void {
    this.fail({ code: 'aborted', detail: 'we let go', sent: 'perhaps' });
  }

  #open(): boolean {
    return this.#state !== 'over' && this.#caller.alive;
  }

  #over(): boolean {
    const open = this.#open();
    if (open) this.#left();
    this.#state = 'over';
    return open;
  }
}
