import type { Overlay, Shown } from '../shadow.ts';
import { codingIn, expanded, type Coding } from '../key/coding.ts';
import { Telling } from './made-answer.ts';
import type { Exchange, Outbound, TransportFailure } from './transport.ts';
import type { Showing, Way } from './way.ts';

/** What is held of an answer that captured writes are merged into: more than any page of a list has. */
export const OVERLAID_MAX_BYTES = 4_194_304;

/** The upstream is asked, and its whole answer goes through `merge` before anybody sees a byte of it. */
export function overlaidAnswer(way: Way, { merge, spare }: Over, onFault: (error: unknown) => void): Way {
  return {
    send(request: Outbound, answer: Showing, withinMs?: number): Exchange {
      const telling = new Telling(answer, onFault);
      telling.awaited = way.send(request, new WholeAnswer(answer, telling, merge, spare === true), withinMs);
      return telling;
    },
  };
}

type Over = Extract<Overlay, { kind: 'over' }>;

/** Collects an answer within bounds, and has it told; or lets it past, where it need not be looked into. */
class WholeAnswer implements Showing {
  readonly #to: Showing;
  readonly #telling: Telling;
  readonly #merge: Over['merge'];
  /** What cannot be looked into may pass. */
  readonly #spare: boolean;
  #passes = false;
  #status = 0;
  #headers: readonly string[] = [];
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(to: Showing, telling: Telling, merge: Over['merge'], spare: boolean) {
    this.#to = to;
    this.#telling = telling;
    this.#merge = merge;
    this.#spare = spare;
  }

  shows(): void {}

  head(status: number, headers: readonly string[]): void {
    this.#status = status;
    this.#headers = headers;
    if (this.#spare && (status !== OK || !isJson(headers))) this.#pass();
  }

  data(chunk: Buffer): boolean {
    if (this.#telling.over) return true;
    if (this.#passes) return this.#to.data(chunk);
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes <= OVERLAID_MAX_BYTES) return true;
    if (this.#spare) return this.#pass();
    this.#refuse();
    return true;
  }

  ended(): void {
    if (this.#telling.over) return;
    if (this.#passes) return this.#telling.end();
    const coding = codingIn(this.#headers);
    const body = coding === undefined ? undefined : decoded(Buffer.concat(this.#chunks), coding);
    if (body === undefined && this.#spare) {
      this.#pass();
      return this.#telling.end();
    }
    const [status, headers] = [this.#status, unframed(this.#headers)];
    const merge = this.#merge;
    this.#telling.tell(() => (body === undefined ? UNREADABLE : merge({ status, headers, body })), 'part');
  }

  failed(failure: TransportFailure): void {
    this.#telling.fail(failure);
  }

  /** From here on it streams past as it stands. */
  #pass(): boolean {
    this.#passes = true;
    this.#to.head(this.#status, this.#headers);
    let goesOn = true;
    for (const chunk of this.#chunks.splice(0)) if (!this.#telling.over) goesOn = this.#to.data(chunk);
    return goesOn;
  }

  #refuse(): void {
    const { awaited } = this.#telling;
    this.#chunks.length = 0;
    this.#telling.tell(() => TOO_LONG, 'part');
    awaited?.abort();
  }
}

const OK = 200;

function isJson(headers: readonly string[]): boolean {
  const at = headers.findIndex((name, i) => i % 2 === 0 && name === 'content-type');
  return at !== -1 && /^application\/(?:[\w.-]+\+)?json\b/i.test(headers[at + 1] as string);
}

/** Bytes in the clear; `undefined` where they are not what their coding says, or too many. */
function decoded(bytes: Buffer, coding: Coding | null): Buffer | undefined {
  return coding === null ? bytes : expanded(bytes, coding, OVERLAID_MAX_BYTES);
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

const TOO_LONG: Shown = {
  kind: 'unanswerable',
  reason: 'overlay_too_long',
  detail: `The answer is longer than the ${OVERLAID_MAX_BYTES} bytes that captured writes can be merged into.`,
  hint: 'Ask for less at a time: a smaller page, or a single item.',
};
const UNREADABLE: Shown = {
  kind: 'unanswerable',
  reason: 'overlay_unreadable',
  detail: 'The answer is compressed in a way that captured writes cannot be merged into.',
  hint: 'Read a single item instead, or go on without this read.',
};
