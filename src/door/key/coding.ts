import * as zlib from 'node:zlib';
import { unreachable } from '../../std/assert.ts';

/** How an answer's content is compressed (RFC 9110 §8.4.1, RFC 8878), as far as the door can look into it. */
export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd';

const CODINGS: ReadonlyMap<string, Coding | null> = new Map<string, Coding | null>([
  ['', null],
  ['identity', null],
  // S3 tells it of objects that were uploaded so; what it sends is not.
  ['aws-chunked', null],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
]);

/** The one coding of a `Content-Encoding`; `null`: none; `undefined`: one that nobody here can look into, or several. */
export function codingOf(value: string): Coding | null | undefined {
  const named = value.split(',').map((each) => CODINGS.get(each.trim().toLowerCase()));
  if (named.includes(undefined)) return undefined;
  const real = named.filter((each) => each != null);
  return real.length > 1 ? undefined : (real[0] ?? null);
}

/** What a `Content-Encoding` among the headers (names in lower case) says. */
export function codingIn(headers: readonly string[]): Coding | null | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] === 'content-encoding') return codingOf(headers[i + 1] as string);
  }
  return null;
}

/** A whole body in the clear; `undefined` where it is not what its coding says, or would be longer than `maxBytes`. */
export function expanded(bytes: Buffer, coding: Coding, maxBytes: number): Buffer | undefined {
  const options = { maxOutputLength: maxBytes };
  try {
    switch (coding) {
      case 'gzip':
        return zlib.gunzipSync(bytes, options);
      case 'deflate':
        return hasZlibHeader(bytes) ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options);
      case 'br':
        return zlib.brotliDecompressSync(bytes, options);
      case 'zstd':
        return zlib.zstdDecompressSync(bytes, options);
      default:
        return unreachable(coding);
    }
  } catch {
    return undefined;
  }
}

/** Some servers leave it out, and clients know it. */
function hasZlibHeader(bytes: Buffer): boolean {
  return (bytes[0]! & 0x0f) === 8;
}

/** How much of what comes out is held at a time: an answer that grows a thousandfold takes no more memory than another. */
const PIECE_BYTES = 65_536;

type Decoder = zlib.Gunzip | zlib.Inflate | zlib.InflateRaw | zlib.BrotliDecompress | zlib.ZstdDecompress;

/** Expands an answer piece by piece. One `write` at a time. */
export class Expansion {
  readonly #coding: Coding;
  readonly #seen: (bytes: Buffer) => void;
  #stream: Decoder | undefined;
  #givenBytes = 0;
  #done: ((fault: string | null) => void) | undefined;

  /** @param seen gets what comes out, before the `write` it came of is done */
  constructor(coding: Coding, seen: (bytes: Buffer) => void) {
    this.#coding = coding;
    this.#seen = seen;
  }

  /** `done`: everything that these bytes say has been seen; or why they say nothing. */
  write(bytes: Buffer, done: (fault: string | null) => void): void {
    this.#done = done;
    const stream = (this.#stream ??= this.#open(bytes));
    this.#givenBytes += bytes.length;
    stream.write(bytes, () => {
      this.#look();
      // What it did not take stands behind its end, and was looked into by nobody.
      this.#finish(stream.bytesWritten === this.#givenBytes ? null : 'more stands behind its end');
    });
  }

  close(): void {
    this.#done = undefined;
    this.#stream?.destroy();
  }

  #open(first: Buffer): Decoder {
    const stream = opened(this.#coding, first);
    stream.on('readable', () => this.#look());
    stream.on('error', (error) => this.#finish(error.message));
    return stream;
  }

  #look(): void {
    for (let piece = this.#read(); piece !== null; piece = this.#read()) this.#seen(piece);
  }

  #read(): Buffer | null {
    return this.#stream?.destroyed === false ? (this.#stream.read() as Buffer | null) : null;
  }

  #finish(fault: string | null): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(fault);
  }
}

function opened(coding: Coding, first: Buffer): Decoder {
  const options = { chunkSize: PIECE_BYTES };
  switch (coding) {
    case 'gzip':
      return zlib.createGunzip(options);
    case 'deflate':
      return hasZlibHeader(first) ? zlib.createInflate(options) : zlib.createInflateRaw(options);
    case 'br':
      return zlib.createBrotliDecompress(options);
    case 'zstd':
      return zlib.createZstdDecompress(options);
    default:
      return unreachable(coding);
  }
}
