import * as zlib from 'node:zlib';
import { unreachable } from '../../std/assert.ts';
import type { MadeAnswer, Shown, Unanswerable } from '../shadow.ts';
import { codingIn, type Coding } from '../key/coding.ts';
import { attempt, show } from './made-answer.ts';
import type { Answer, Exchange, Outbound, TransportFailure } from './transport.ts';
import type { Showing, Way } from './way.ts';

/** What is held of an answer that captured writes are merged into: more than any page of a list has. */
export const OVERLAID_MAX_BYTES = 4_194_304;

/** The upstream is asked, and its whole answer goes through `merge` before anybody sees a byte of it. */
export function overlaidAnswer(way: Way, merge: (real: MadeAnswer) => Shown, onFault: (error: unknown) => void): Way {
  return {
    send(request: Outbound, answer: Showing, withinMs?: number): Exchange {
      const whole = new WholeAnswer(
        (real) =>
          show(
            attempt(() => merge(real), onFault),
            'part',
            answer,
          ),
        (failure) => answer.failed(failure),
        (why) => show({ kind: 'unanswerable', ...why }, 'part', answer),
      );
      const exchange = way.send(request, whole, withinMs);
      whole.exchange = exchange;
      return exchange;
    },
  };
}

/** Collects an answer within bounds. Exactly one of its three ends is told, once. */
class WholeAnswer implements Answer, Showing {
  exchange: Exchange | undefined;
  readonly #came: (real: MadeAnswer) => void;
  readonly #failed: (failure: TransportFailure) => void;
  readonly #unreadable: (why: Unanswerable) => void;
  #status = 0;
  #headers: readonly string[] = [];
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #over = false;

  constructor(
    came: (real: MadeAnswer) => void,
    failed: (failure: TransportFailure) => void,
    unreadable: (why: Unanswerable) => void,
  ) {
    this.#came = came;
    this.#failed = failed;
    this.#unreadable = unreadable;
  }

  shows(): void {}

  head(status: number, headers: readonly string[]): void {
    this.#status = status;
    this.#headers = headers;
  }

  data(chunk: Buffer): boolean {
    if (this.#over) return true;
    this.#bytes += chunk.length;
    if (this.#bytes > OVERLAID_MAX_BYTES) this.#give(TOO_LONG);
    else this.#chunks.push(chunk);
    return true;
  }

  ended(): void {
    if (this.#over) return;
    const coding = codingIn(this.#headers);
    const body = coding === undefined ? undefined : decoded(Buffer.concat(this.#chunks), coding);
    if (body === undefined) return this.#give(UNREADABLE);
    this.#over = true;
    this.#came({ status: this.#status, headers: unframed(this.#headers), body });
  }

  failed(failure: TransportFailure): void {
    if (this.#over) return;
    this.#over = true;
    this.#failed(failure);
  }

  #give(why: Unanswerable): void {
    this.#over = true;
    this.#chunks.length = 0;
    this.#unreadable(why);
    this.exchange?.abort();
  }
}

/** Bytes in the clear; `undefined` where they are not what their coding says, or too many. */
function decoded(bytes: Buffer, coding: Coding | null): Buffer | undefined {
  const options = { maxOutputLength: OVERLAID_MAX_BYTES };
  try {
    switch (coding) {
      case null:
        return bytes;
      case 'gzip':
        return zlib.gunzipSync(bytes, options);
      case 'deflate':
        // Some servers leave out the zlib header, and clients know it.
        return (bytes[0]! & 0x0f) === 8 ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options);
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

/** The headers without those that speak of the bytes as they came. */
function unframed(headers: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (!OF_THE_BYTES.has(headers[i] as string)) kept.push(headers[i] as string, headers[i + 1] as string);
  }
  return kept;
}

const OF_THE_BYTES: ReadonlySet<string> = new Set([
  'content-length',
  'content-encoding',
  'accept-ranges',
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
]);

const TOO_LONG: Unanswerable = {
  reason: 'overlay_too_long',
  detail: `The answer is longer than the ${OVERLAID_MAX_BYTES} bytes that captured writes can be merged into.`,
  hint: 'Ask for less at a time: a smaller page, or a single item.',
};
const UNREADABLE: Unanswerable = {
  reason: 'overlay_unreadable',
  detail: 'The answer is compressed in a way that captured writes cannot be merged into.',
  hint: 'Read a single item instead, or go on without this read.',
};
