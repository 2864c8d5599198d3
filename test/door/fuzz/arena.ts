import type { JournalPort } from '../../../src/door/judge/admit.ts';
import { httpProxyTransport } from '../../../src/door/transports/http-proxy.ts';
import { undiciTransport } from '../../../src/door/transports/undici.ts';
import type { CallEntry, Entry, Recorded } from '../../../src/journal/index.ts';
import { KEY, rig, type Rig } from '../open-door.ts';
import { exchange, HANG_MS, turn } from '../raw-client.ts';
import type { RawRequest } from '../raw-request.ts';
import { rawUpstream, type RawUpstream } from '../raw-upstream.ts';
import { readAnswers, type Answers } from './answers.ts';
import { segmentsOf, textOf, type Attack } from './attack.ts';
import { ALLOW, ROUTES } from './corpus.ts';
import { fingerprintOf, uploadFingerprintOf } from './fingerprint.ts';
import { Tail } from './tail.ts';

export const TRANSPORTS = { undici: undiciTransport, 'http-proxy': httpProxyTransport };
export type TransportName = keyof typeof TRANSPORTS;

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n';

/** Everything that anybody saw of one attack. */
export interface Observation {
  readonly text: string;
  /** What the client was told. */
  readonly told: Answers;
  /** What the door gave its journal: what was judged, before it was JSON. */
  readonly judged: readonly Entry[];
  /** What the journal's files hold, read from the disk. */
  readonly recorded: readonly Recorded[];
  /** What the upstream received, read from its own socket. */
  readonly received: readonly RawRequest[];
  /** What the upstream received before its intent was where it must be. */
  readonly unintended: readonly RawRequest[];
  /** What the upstream could not read. */
  readonly faults: readonly string[];
  /** Errors that nobody caught, and faults of the door's own. */
  readonly crashes: readonly unknown[];
  readonly hung: boolean;
}

/** A door that listens, a raw upstream behind it, and a witness at each of the three places. */
export class Arena {
  readonly #upstream: RawUpstream;
  readonly #door: Rig;
  readonly #tail: Tail;
  readonly #witness: Witness;
  readonly #crashes: unknown[];

  private constructor(upstream: RawUpstream, door: Rig, witness: Witness, crashes: unknown[]) {
    this.#upstream = upstream;
    this.#door = door;
    this.#witness = witness;
    this.#crashes = crashes;
    this.#tail = new Tail(door.dir);
    this.#tail.lines();
    process.on('uncaughtException', this.#caught);
    process.on('unhandledRejection', this.#caught);
  }

  static async open(transport: TransportName): Promise<Arena> {
    const witness = new Witness();
    const crashes: unknown[] = [];
    const upstream = await rawUpstream((request, wire) => {
      witness.arrived(request);
      void wire.send(request.method === 'HEAD' ? OK : `${OK}{}`);
    });
    const limits = { headTimeoutMs: 5_000, idleTimeoutMs: 5_000, connectionsMax: 16 };
    const door = await rig(upstream.origin, {
      routes: ROUTES,
      allow: ALLOW,
      transport: (origin) => TRANSPORTS[transport](origin, limits, { secrets: [KEY], network: 'loopback' }),
      journal: (journal) => witness.between(journal),
      onFault: (fault) => crashes.push(fault),
    });
    await door.door.journal.durable();
    return new Arena(upstream, door, witness, crashes);
  }

  get token(): string {
    return this.#door.token;
  }

  get dir(): string {
    return this.#door.dir;
  }

  run(attack: Attack): Promise<Observation> {
    return this.send(textOf(attack, this.#door.token), attack);
  }

  /** Sends a text (latin-1) on one connection of its own, and tells what was seen once everything has come to rest. */
  async send(text: string, { cuts, port, ending }: Pick<Attack, 'cuts' | 'port' | 'ending'>): Promise<Observation> {
    const { journal, door, url } = this.#door.door;
    const before = { received: this.#upstream.requests.length, faults: this.#upstream.faults.length };
    const flying = door.flights.count;
    this.#witness.begin();
    this.#crashes.length = 0;
    const exchanged = await exchange(port === 'own' ? this.#door.url : new URL(url), segmentsOf(text, cuts), ending);
    const deadline = performance.now() + HANG_MS;
    while (door.flights.count > flying && performance.now() < deadline) await turn();
    await journal.durable();
    return {
      text,
      told: readAnswers(exchanged.text),
      judged: this.#witness.judged,
      recorded: this.#tail.lines().map((line) => JSON.parse(line) as Recorded),
      received: this.#upstream.requests.slice(before.received),
      unintended: this.#witness.unintended,
      faults: this.#upstream.faults.slice(before.faults),
      crashes: [...this.#crashes],
      hung: exchanged.hung || door.flights.count > flying,
    };
  }

  async close(): Promise<void> {
    process.off('uncaughtException', this.#caught);
    process.off('unhandledRejection', this.#caught);
    await this.#door.close();
    await this.#upstream.close();
  }

  readonly #caught = (error: unknown): void => {
    this.#crashes.push(error);
  };
}

/** Stands between the door and its journal, and beside the upstream: knows which intents were durable when a request came. */
class Witness {
  judged: Entry[] = [];
  unintended: RawRequest[] = [];
  /** How many of {@link judged} are on the disk. */
  #durable = 0;
  #claimed = new Set<Entry>();

  begin(): void {
    this.judged = [];
    this.unintended = [];
    this.#durable = 0;
    this.#claimed = new Set();
  }

  between(journal: JournalPort): JournalPort {
    return {
      append: (entry) => {
        journal.append(entry);
        this.judged.push(entry);
      },
      durable: async () => {
        const { judged } = this;
        const count = judged.length;
        await journal.durable();
        if (judged === this.judged) this.#durable = Math.max(this.#durable, count);
      },
    };
  }

  /** Each request that arrives takes one intent of its own: durable if it is a write, written down in any case (I1). */
  arrived(request: RawRequest): void {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const prints = [fingerprintOf(request), uploadFingerprintOf(request)];
    const intent = this.judged.find(
      (entry, index): entry is CallEntry =>
        entry.kind === 'call' &&
        entry.verdict === 'allow' &&
        prints.includes(entry.facts.fingerprint) &&
        !this.#claimed.has(entry) &&
        (isRead || index < this.#durable),
    );
    if (intent === undefined) this.unintended.push(request);
    else this.#claimed.add(intent);
  }
}
