import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { assert } from '../../std/assert.ts';

/**
 * How much of what a connection sent is parsed before the door looks whether it owes an answer there: room for a usual
 * request, or for some dozens of the smallest.
 */
export const PIECE_BYTES = 1_024;

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Line {
  /** What is parsed and not answered; the first is at work. */
  readonly requests: Waiting[];
  /** What has arrived and is not parsed. */
  rest: Buffer | undefined;
  /** How much of what comes next is surely the body of the request at work, by its `Content-Length`. */
  bodyLeftBytes: number;
  /** Hands bytes to the parser. */
  readonly parse: (bytes: Buffer) => void;
  /** Tells the parser that nothing more comes. */
  readonly finish: () => void;
  isFinished: boolean;
  /** It is no HTTP any more: nothing is parsed. */
  hasEnded: boolean;
  /** How many requests have begun to arrive on it. */
  begun: number;
  /** Begins to count the time of a request that was late because the door let it wait. */
  recount: (() => void) | undefined;
}

/**
 * One request at a time on a connection, and nothing is read of it while another waits: the sender feels it. Node parses
 * whole reads and hands over every request in them at once, so that one socket could bring hundreds of calls into one turn
 * of the event loop, which all others would wait for.
 */
export class Turns {
  readonly #lines = new WeakMap<Duplex, Line>();
  readonly #begin: (request: IncomingMessage, response: ServerResponse) => void;

  constructor(begin: (request: IncomingMessage, response: ServerResponse) => void) {
    this.#begin = begin;
  }

  /** A connection was made, and Node's HTTP server listens to it: from now on through here. */
  watch(socket: Socket): void {
    const parse = socket.listeners('data').at(-1) as ((bytes: Buffer) => void) | undefined;
    const finish = socket.listeners('end').at(-1) as (() => void) | undefined;
    assert(parse !== undefined && finish !== undefined, 'the HTTP server listens to its connections');
    const line: Line = {
      requests: [],
      rest: undefined,
      bodyLeftBytes: 0,
      parse,
      finish,
      isFinished: false,
      hasEnded: false,
      begun: 0,
      recount: undefined,
    };
    this.#lines.set(socket, line);
    socket.removeListener('data', parse).removeListener('end', finish);
    socket.on('end', () => {
      line.isFinished = true;
      this.#read(socket, line);
    });
    socket.on('data', (bytes: Buffer) => {
      line.rest = line.rest === undefined ? bytes : Buffer.concat([line.rest, bytes]);
      this.#read(socket, line);
    });
  }

  /** Begins the request now, or when those before it on its connection have been answered. */
  take(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const line = this.#lines.get(socket);
    if (line === undefined) return this.#begin(request, response);
    line.begun += 1;
    line.requests.push({ request, response });
    if (line.requests.length > 1) return;
    // What of it has come with the head is parsed already, and no more than a piece.
    line.bodyLeftBytes = Number(request.headers['content-length'] ?? 0) || 0;
    this.#start(socket, line);
  }

  /** What comes on this connection is no HTTP any more. */
  end(socket: Duplex): void {
    const line = this.#lines.get(socket);
    if (line === undefined) return;
    line.hasEnded = true;
    line.rest = undefined;
  }

  /**
   * Whether a request is late because the door lets its bytes wait, and not because its client is slow. Node tells of a late
   * request once, so its time is counted anew here, from its turn on.
   */
  excuses(socket: Duplex, patienceMs: number, late: () => void): boolean {
    const line = this.#lines.get(socket);
    if (line?.rest === undefined) return false;
    line.recount = () => {
      const { begun } = line;
      const next = line.requests[0]?.request;
      const timer = setTimeout(() => {
        const first = line.requests[0]?.request;
        // Its head had arrived, or has since, or never did.
        const arriving =
          next === undefined
            ? line.begun === begun || (line.begun === begun + 1 && first?.complete === false)
            : !next.complete;
        if (arriving) late();
      }, patienceMs);
      socket.once('close', () => clearTimeout(timer));
    };
    return true;
  }

  #start(socket: Socket, line: Line): void {
    const [first] = line.requests;
    if (first === undefined) return;
    first.response.once('close', () => {
      line.requests.shift();
      if (socket.destroyed) return;
      // The connection ends with this answer: what came behind it is no request.
      if (!first.response.shouldKeepAlive) {
        line.requests.length = 0;
        return this.end(socket);
      }
      line.recount?.();
      line.recount = undefined;
      if (line.requests.length > 0) this.#start(socket, line);
      // Not at once: Node is about to finish with the request that was answered.
      if (line.rest !== undefined || socket.isPaused()) setImmediate(() => this.#read(socket, line));
    });
    this.#begin(first.request, first.response);
  }

  /** Parses as far as nothing waits behind the request at work. */
  #read(socket: Socket, line: Line): void {
    while (line.rest !== undefined && !mustWait(line)) {
      const bytes = Math.max(PIECE_BYTES, Math.min(line.rest.length, line.bodyLeftBytes));
      const piece = line.rest.subarray(0, bytes);
      line.rest = line.rest.length > bytes ? line.rest.subarray(bytes) : undefined;
      line.bodyLeftBytes -= piece.length;
      line.parse.call(socket, piece);
      if (line.hasEnded || socket.destroyed) {
        line.rest = undefined;
        return;
      }
    }
    if (line.isFinished && line.rest === undefined && !line.hasEnded) {
      line.hasEnded = true;
      line.finish.call(socket);
    }
    // A connection that has sent no more than it may is read on: so its end is noticed at once.
    if (line.rest !== undefined || line.requests.length > 1) socket.pause();
    else if (socket.isPaused()) socket.resume();
  }
}

/** A request whose body is still arriving must be read on; one that is whole must be answered first. */
function mustWait({ requests: [first, second] }: Line): boolean {
  return second !== undefined || first?.request.complete === true;
}
