import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** How long a client that ended its side still gets its answer. */
export const HALF_CLOSED_MS = 10_000;
/** Time for the client's system to say that nobody is there: more than a round trip to any agent nearby. */
export const ECHO_MS = 100;

/**
 * What one connection still owes its client. Answers go out in the order of their requests; once the last word is said,
 * whatever else arrives is no request any more.
 */
export class Dialogue {
  readonly #owed = new Set<ServerResponse>();
  #latest: ServerResponse | undefined;
  #ended = false;
  #last: (() => void) | undefined;

  /**
   * Whether it ends with what is owed: nothing further is read as a request. A request that asks for the end (`Connection:
   * close`) comes to it only once it is whole, or answered before that.
   */
  get ending(): boolean {
    if (this.#ended) return true;
    const latest = this.#latest;
    return latest !== undefined && !latest.shouldKeepAlive && (latest.req.complete || latest.headersSent);
  }

  /** A request came in, and this is to be its answer. */
  owes(response: ServerResponse): void {
    this.#owed.add(response);
    this.#latest = response;
    response.once('close', () => {
      this.#owed.delete(response);
      this.#settle();
    });
  }

  end(): void {
    this.#ended = true;
  }

  /** Ends with a word of our own, behind the answers to all requests that arrived whole: sooner, it would be taken for one. */
  endWith(last: () => void): void {
    this.#ended = true;
    this.#last = last;
    this.#settle();
  }

  /**
   * The client ended its side: it may have said all it will, or have left altogether, which looks the same. An interim
   * answer tells: where nobody reads any more, the system answers it with a reset, and the write after that fails.
   */
  halfClosed(socket: Duplex): void {
    const timers = [
      setTimeout(() => {
        // What ended before it was whole is no request. Node says so at once, but not of one that offers an upgrade.
        if (this.#silent?.req.complete === false) socket.destroy();
        else this.#sound();
      }, ECHO_MS),
      // An answer under way tells by itself.
      setTimeout(() => this.#silent !== undefined && socket.destroy(), HALF_CLOSED_MS),
    ];
    socket.once('close', () => timers.forEach(clearTimeout));
    this.#sound();
  }

  /** The answer that is next to go out, while nothing of it has. */
  get #silent(): ServerResponse | undefined {
    const [current] = this.#owed;
    return current?.headersSent === false && current.socket !== null ? current : undefined;
  }

  /** Of all interim answers, `100 Continue` is the one that every client passes over. */
  #sound(): void {
    this.#silent?.writeContinue();
  }

  #settle(): void {
    for (const { req, writableEnded } of this.#owed) if (req.complete || writableEnded) return;
    const last = this.#last;
    this.#last = undefined;
    last?.();
  }
}

/** The dialogues of a listener, by connection. */
export class Dialogues {
  readonly #all = new WeakMap<Duplex, Dialogue>();

  of(socket: Duplex): Dialogue {
    let dialogue = this.#all.get(socket);
    if (dialogue === undefined) this.#all.set(socket, (dialogue = new Dialogue()));
    return dialogue;
  }
}
