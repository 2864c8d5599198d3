import type { HeaderFilter } from '../flight/answer-headers.ts';
import type { Answer, Exchange, TransportFailure, TransportLimits } from '../flight/transport.ts';
import { headFault } from '../flight/answer-headers.ts';

/** More informational answers (1xx) than this to one request are a flood. A real upstream sends one or two. */
export const INFORMATIONAL_MAX = 16;

/** From sending to the last byte, where a policy says nothing else: an upstream that drips would hold a connection for ever. */
export const TOTAL_TIMEOUT_MS = 15 * 60_000;

/** What all exchanges with one upstream have in common. */
export interface DeliveryTerms {
  readonly limits: TransportLimits;
  readonly filter: HeaderFilter;
  /** How long the exchange may wait for a connection before it is never sent. */
  readonly withinMs: number;
}

/**
 * One exchange as its {@link Answer} sees it, the same for every adapter: head, then data, then one end.
 * An adapter extends it, reports what arrives, and says how to let its connection go and how to read on.
 *
 * INVARIANT: the answer gets exactly one of `ended` and `failed`, exactly once, and nothing after it.
 */
export abstract class Delivery implements Exchange {
  /** `perhaps` from the moment the first byte may have been written. */
  protected sent: TransportFailure['sent'] = 'no';
  readonly #terms: DeliveryTerms;
  readonly #answer: Answer;
  #phase: 'head' | 'body' | 'paused' | 'over' = 'head';
  #informational = 0;
  #timer: NodeJS.Timeout;
  readonly #deadline: NodeJS.Timeout;
  readonly #begun = performance.now();

  constructor(terms: DeliveryTerms, answer: Answer) {
    this.#terms = terms;
    this.#answer = answer;
    this.#timer = setTimeout(expire, Math.min(terms.limits.headTimeoutMs, terms.withinMs), this);
    this.#deadline = setTimeout(outlive, this.#totalTimeoutMs, this);
  }

  /** Destroys the upstream connection, or gives up waiting for one. Called once, before `failed`. */
  protected abstract letGo(): void;

  /** Reads on after a pause. */
  protected abstract readOn(): void;

  protected get headArrived(): boolean {
    return this.#phase !== 'head';
  }

  /** Asked with a connection in hand, before the first byte: whether it must stay unsent. */
  protected isTooLate(): boolean {
    if (!this.over && this.#waitedMs >= this.#terms.withinMs) this.#late();
    return this.over;
  }

  protected get over(): boolean {
    return this.#phase === 'over';
  }

  /** A head arrived, a 1xx perhaps: those are swallowed, and do not extend the wait for the head that counts. */
  protected arrivedHead(status: number, headers: string[]): void {
    if (this.#phase !== 'head') return;
    if (status >= 100 && status < 200 && status !== 101) {
      this.#informational += 1;
      if (this.#informational > INFORMATIONAL_MAX) this.fail('invalid', `over ${INFORMATIONAL_MAX} answers were 1xx`);
      return;
    }
    const fault = headFault(status, headers);
    if (fault !== null) return this.fail('invalid', fault);
    this.#phase = 'body';
    this.#age();
    try {
      this.#answer.head(status, this.#terms.filter(status, headers));
    } catch (error) {
      this.#thrown(error);
    }
  }

  /** `false`: stop reading until {@link readOn}. */
  protected arrivedData(chunk: Buffer): boolean {
    if (this.#phase !== 'body' && this.#phase !== 'paused') return false;
    // undici makes an empty piece of a resume with nothing to read: no sign of life, and nothing to hand on.
    if (chunk.length === 0) return this.#phase === 'body';
    try {
      const more = this.#answer.data(chunk);
      if (this.over) return false;
      if (more) {
        if (this.#phase === 'body') this.#timer.refresh();
      } else {
        this.#phase = 'paused';
        clearTimeout(this.#timer);
      }
    } catch (error) {
      this.#thrown(error);
    }
    return this.#phase === 'body';
  }

  protected arrivedEnd(): void {
    if (this.over) return;
    this.#close();
    this.#answer.ended();
  }

  protected fail(code: TransportFailure['code'], detail: string): void {
    if (this.over) return;
    this.#close();
    const { sent } = this;
    this.letGo();
    this.#answer.failed({ code, detail, sent });
  }

  resume(): void {
    if (this.#phase !== 'paused') return;
    this.#phase = 'body';
    this.#age();
    this.readOn();
  }

  abort(): void {
    this.fail('aborted', 'the door let go of the exchange');
  }

  /** Nothing was sent, and `send` may not have returned yet: the answer hears of it just after. */
  refuse(detail: string): void {
    queueMicrotask(() => this.fail('refused', detail));
  }

  /** The time allowed has passed. */
  expired(): void {
    const { withinMs, limits } = this.#terms;
    const { headTimeoutMs, idleTimeoutMs } = limits;
    if (this.#phase === 'head' && withinMs < headTimeoutMs) {
      if (this.sent === 'no') return this.#late();
      const leftMs = headTimeoutMs - this.#waitedMs;
      if (leftMs > 0) {
        this.#timer = setTimeout(expire, leftMs, this);
        return;
      }
    }
    const missing =
      this.#phase === 'head' ? `no answer in ${headTimeoutMs} ms` : `no further byte in ${idleTimeoutMs} ms`;
    this.fail('timeout', missing);
  }

  /** However steadily it came, it took too long. */
  outlived(): void {
    this.fail('timeout', `not whole in ${this.#totalTimeoutMs} ms`);
  }

  #late(): void {
    this.fail('late', `no connection was free in ${this.#terms.withinMs} ms`);
  }

  get #waitedMs(): number {
    return performance.now() - this.#begun;
  }

  get #totalTimeoutMs(): number {
    return this.#terms.limits.totalTimeoutMs ?? TOTAL_TIMEOUT_MS;
  }

  /** Starts the clock of the body. */
  #age(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(expire, this.#terms.limits.idleTimeoutMs, this);
  }

  #close(): void {
    this.#phase = 'over';
    clearTimeout(this.#timer);
    clearTimeout(this.#deadline);
  }

  #thrown(error: unknown): void {
    this.fail('aborted', `the answer's receiver threw: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function expire(delivery: Delivery): void {
  delivery.expired();
}

function outlive(delivery: Delivery): void {
  delivery.outlived();
}
