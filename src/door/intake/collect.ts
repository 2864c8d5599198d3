import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Room } from './bodies.ts';
import type { Intake } from '../normal/body.ts';
import type { Refusal } from '../normal/refusal.ts';

const EMPTY = Buffer.alloc(0);

/** From here on a body of known length is put together as it arrives: at its end there would be twice as much of it. */
const LARGE_BYTES = 262_144;

/** What became of a request's body. `gone`: the client left before it was whole. */
export type Collected = Buffer | Refusal | 'gone';

/**
 * Reads a whole body as far as it may be taken in, then calls back once, with the SHA-256 (hex) of one that nobody reads.
 * A request without a body calls back at once.
 */
export function collect(
  request: IncomingMessage,
  { bytesMax, over, isOpaque }: Intake,
  room: Room,
  done: (body: Collected, sha256?: string) => void,
): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return done(EMPTY);
  const expected = Number(length ?? 0);
  if (expected > bytesMax) return done(over);
  const digest = isOpaque ? createHash('sha256') : undefined;
  const pieces: Pieces = expected > LARGE_BYTES ? new Filled(expected) : new Grown();
  let bytes = 0;
  let called = false;
  const finish = (body: Collected, sha256?: string): void => {
    if (called) return;
    called = true;
    done(body, sha256);
  };
  const stop = (refusal: Refusal): void => {
    request.pause();
    finish(refusal);
  };
  request.on('data', (chunk: Buffer) => {
    // What still comes behind a refusal is read by nobody.
    if (called) return;
    bytes += chunk.length;
    if (bytes > bytesMax) return stop(over);
    if (!room.grow(chunk.length)) return stop(FULL);
    digest?.update(chunk);
    pieces.add(chunk);
  });
  request.once('end', () => {
    if (!called) finish(pieces.whole(), digest?.digest('hex'));
  });
  request.once('close', () => finish('gone'));
}

const FULL: Refusal = {
  status: 503,
  reason: 'bodies_full',
  detail: 'The door holds as many bodies as it has room for. Send this again when others are through.',
};

interface Pieces {
  add(chunk: Buffer): void;
  whole(): Buffer;
}

/**
 * Most bodies are one piece, and stay it. What comes in several is put together as it comes: a list of pieces of a byte
 * each would take hundreds of times what its bytes are counted for.
 */
class Grown implements Pieces {
  #bytes: Buffer = EMPTY;
  #length = 0;

  add(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (this.#length === 0) this.#bytes = chunk;
    else {
      if (length > this.#bytes.length) this.#widen(length);
      chunk.copy(this.#bytes, this.#length);
    }
    this.#length = length;
  }

  whole(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Never writes into the first piece, which is the parser's. */
  #widen(length: number): void {
    const wider = Buffer.allocUnsafeSlow(Math.max(length, this.#bytes.length * 2));
    this.#bytes.copy(wider, 0, 0, this.#length);
    this.#bytes = wider;
  }
}

/** Memory that is only touched, and so only taken, as far as the body has come. */
class Filled implements Pieces {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(length: number) {
    this.#bytes = Buffer.allocUnsafeSlow(length);
  }

  add(chunk: Buffer): void {
    this.#at += chunk.copy(this.#bytes, this.#at);
  }

  whole(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }
}
