import type { RequestHandler } from 'msw';
import type {
  Answer,
  Exchange,
  Outbound,
  Transport,
  TransportFailure,
  TransportLimits,
} from '../../door/flight/transport.ts';
import { WORLD_URL, respond } from './msw.ts';

export interface WorldTransportOptions {
  readonly handlers: readonly RequestHandler[];
  /** The origin that the handlers were made for. Default {@link WORLD_URL}. */
  readonly baseUrl?: string;
  /** Absent: it waits for ever, until aborted. */
  readonly limits?: Pick<TransportLimits, 'headTimeoutMs' | 'idleTimeoutMs'>;
}

/** The sandbox's upstream: MSW handlers in this very process, without a socket. */
export function worldTransport(options: WorldTransportOptions): Transport {
  const underWay = new Set<Passage>();
  return {
    send(request, answer) {
      const passage = new Passage(options, request, answer);
      underWay.add(passage);
      void passage.done.then(() => underWay.delete(passage));
      return passage;
    },
    async close() {
      await Promise.all([...underWay].map(({ done }) => done));
    },
  };
}

/**
 * One request on its way through the handlers.
 * INVARIANT: exactly one of `ended` and `failed` is called, last, and never before `send` has returned.
 */
class Passage implements Exchange {
  readonly done: Promise<void>;
  readonly #answer: Answer;
  readonly #gone = new AbortController();
  #over = false;
  #letGo = false;
  #sent: TransportFailure['sent'] = 'no';
  #wake: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WorldTransportOptions, request: Outbound, answer: Answer) {
    this.#answer = answer;
    // A turn later, so that the caller holds its exchange before it hears anything.
    this.done = Promise.resolve().then(() => this.#run(options, request));
  }

  resume(): void {
    this.#wake();
  }

  abort(): void {
    this.#letGo = true;
    queueMicrotask(() => this.#fail('aborted', 'we let go'));
  }

  async #run({ handlers, baseUrl = WORLD_URL, limits }: WorldTransportOptions, outbound: Outbound): Promise<void> {
    if (this.#letGo) return;
    const request = toRequest(baseUrl, outbound, this.#gone.signal);
    if (request === undefined) {
      return this.#fail('invalid', `a mock cannot be asked ${outbound.method} ${outbound.target} this way`);
    }
    this.#sent = 'perhaps';
    this.#watch(limits?.headTimeoutMs, 'no head in time');
    const response = await this.#unlessGone(respond(handlers, request));
    if (response === undefined || this.#over) return;
    if (response.type === 'error') return this.#fail('reset', 'the mock reset the connection');
    this.#answer.head(response.status, [...response.headers].flat());
    if (outbound.method !== 'HEAD' && response.body !== null) {
      await this.#stream(response.body.getReader(), limits?.idleTimeoutMs);
    }
    this.#end(() => this.#answer.ended());
  }

  async #stream(reader: ReadableStreamDefaultReader<Uint8Array>, idleTimeoutMs: number | undefined): Promise<void> {
    try {
      while (!this.#over) {
        this.#watch(idleTimeoutMs, 'no further byte in time');
        const piece = await this.#unlessGone(reader.read());
        this.#watch(undefined, '');
        if (this.#over || piece === undefined || piece.done) break;
        // Made before the bytes are handed over: whoever takes them may resume at once.
        const resumed = new Promise<void>((resolve) => (this.#wake = resolve));
        if (!this.#answer.data(Buffer.from(piece.value))) await this.#unlessGone(resumed);
      }
    } catch (error) {
      this.#fail('reset', error instanceof Error ? error.message : String(error));
    }
    if (this.#over) void reader.cancel().catch(() => undefined);
  }

  /** The promise's value, or `undefined` as soon as this passage is over. */
  #unlessGone<Value>(promise: Promise<Value>): Promise<Value | undefined> {
    const { signal } = this.#gone;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return resolve(undefined);
      const gone = (): void => resolve(undefined);
      signal.addEventListener('abort', gone, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', gone));
    });
  }

  /** Starts the one timer anew; `undefined` only stops it. */
  #watch(afterMs: number | undefined, detail: string): void {
    clearTimeout(this.#timer);
    if (afterMs === undefined) return;
    this.#timer = setTimeout(() => this.#fail('timeout', detail), afterMs);
  }

  #fail(code: TransportFailure['code'], detail: string): void {
    this.#end(() => this.#answer.failed({ code, detail, sent: this.#sent }));
  }

  #end(last: () => void): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#gone.abort();
    last();
  }
}

/** `undefined` for what a `Request` cannot carry: a GET with a body, TRACE, CONNECT. */
function toRequest(baseUrl: string, outbound: Outbound, signal: AbortSignal): Request | undefined {
  const headers = new Headers();
  try {
    for (let index = 0; index < outbound.headers.length; index += 2) {
      headers.append(outbound.headers[index] as string, outbound.headers[index + 1] as string);
    }
    const { method, target, body } = outbound;
    return new Request(`${baseUrl}${target}`, { method, headers, body: body && new Uint8Array(body), signal });
  } catch {
    return undefined;
  }
}
