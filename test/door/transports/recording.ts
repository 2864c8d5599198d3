import type { Answer, Exchange, TransportFailure } from '../../../src/door/flight/transport.ts';

/** How an exchange ended. */
export type Outcome = { readonly kind: 'ended' } | ({ readonly kind: 'failed' } & TransportFailure);

/** An answer that writes down what it is told, and every call that breaks the contract. */
export class Recording implements Answer {
  status = 0;
  headers: readonly string[] = [];
  readonly chunks: Buffer[] = [];
  readonly violations: string[] = [];
  outcome: Outcome | null = null;
  /** Resolves at the head, or at the end without one. */
  readonly begun: Promise<void>;
  /** Resolves at the first piece of the body, or at the end without one. */
  readonly flowing: Promise<void>;
  readonly over: Promise<Outcome>;
  /** What each piece is answered with. */
  onData: (chunk: Buffer) => boolean = () => true;
  onHead: () => void = () => undefined;
  onOver: () => void = () => undefined;
  exchange: Exchange | null = null;
  readonly #begin: () => void;
  readonly #flow: () => void;
  readonly #finish: (outcome: Outcome) => void;

  constructor() {
    const begun = Promise.withResolvers<void>();
    const flowing = Promise.withResolvers<void>();
    const over = Promise.withResolvers<Outcome>();
    [this.begun, this.#begin] = [begun.promise, begun.resolve];
    [this.flowing, this.#flow] = [flowing.promise, flowing.resolve];
    [this.over, this.#finish] = [over.promise, over.resolve];
  }

  get body(): Buffer {
    return Buffer.concat(this.chunks);
  }

  head(status: number, headers: readonly string[]): void {
    this.#note('head', this.status === 0 && this.outcome === null);
    this.status = status;
    this.headers = headers;
    this.#begin();
    this.onHead();
  }

  data(chunk: Buffer): boolean {
    this.#note('data', this.status !== 0 && this.outcome === null);
    this.chunks.push(chunk);
    this.#flow();
    return this.onData(chunk);
  }

  ended(): void {
    this.#note('ended', this.status !== 0 && this.outcome === null);
    this.#conclude({ kind: 'ended' });
  }

  failed(failure: TransportFailure): void {
    this.#note('failed', this.outcome === null);
    this.#conclude({ kind: 'failed', ...failure });
  }

  #conclude(outcome: Outcome): void {
    this.outcome = outcome;
    this.#begin();
    this.#flow();
    this.#finish(outcome);
    this.onOver();
  }

  #note(event: string, inOrder: boolean): void {
    if (!inOrder) this.violations.push(`${event} out of order, after ${JSON.stringify(this.outcome)}`);
    if (this.exchange === null) this.violations.push(`${event} before send returned`);
  }
}
