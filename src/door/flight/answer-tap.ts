import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import type { AnswerFacts } from '../../engine/event.ts';
import type { Answer, Route } from '../../engine/policy.ts';
import { ANSWER_KEPT_BYTES } from '../../journal/entry.ts';
import type { HeardAnswer } from '../privacy/sealing.ts';
import { settlementOf, type Settlement } from './settlement.ts';

/** Answers longer than this are not looked into: no business object is, and each would be held in memory. */
export const ANSWER_READ_BYTES = 1_048_576;

/** Types whose text is worth keeping in the journal. */
const KEPT_TYPES = /^(?:text\/|application\/(?:[\w.-]+\+)?json|application\/x-www-form-urlencoded)/;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/;
/** A part of a JSON document reads as another document (RFC 9110 §15.3.7). */
const PARTIAL = 206;
const SECONDS = /^\d{1,9}$/;

/**
 * Listens to one answer while it streams past: keeps its beginning for the journal, and all of it where rules look into it.
 * What it holds is bounded whatever the upstream sends.
 */
export class AnswerTap {
  readonly #route: Route | undefined;
  readonly #limit: number;
  #status: number | null = null;
  #latencyMs: number | null = null;
  #retryAfterMs: number | null = null;
  #etag: string | null = null;
  #contentType: string | null = null;
  #settlement: Settlement | undefined;
  #kept: Buffer[] | undefined;
  #keptBytes = 0;
  #bytes = 0;

  /** How captured writes made it; absent: they did not. */
  made: AnswerFacts['made'];

  /** @param whole whether all of it is kept although no rule of its route reads it */
  constructor(route: Route | undefined, whole = false) {
    this.#route = route;
    const reads = whole || (route !== undefined && (route.contract !== undefined || route.sources.size > 0));
    this.#limit = reads ? ANSWER_READ_BYTES : ANSWER_KEPT_BYTES;
  }

  get status(): number | null {
    return this.#status;
  }

  get contentType(): string | null {
    return this.#contentType;
  }

  /** What the upstream says of the payment it was sent. */
  get settlement(): Settlement | undefined {
    return this.#settlement;
  }

  get etag(): string | null {
    return this.#etag;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The start of the answer's text, as the journal keeps it. */
  get text(): string | null {
    if (this.#kept === undefined) return null;
    const kept = this.#whole(this.#kept);
    return kept.subarray(0, ANSWER_KEPT_BYTES).toString();
  }

  /** The answer as far as it was heard, for whoever seals what of it is personal data. */
  heard(): HeardAnswer {
    const isWhole = this.#kept !== undefined && this.#bytes === this.#keptBytes;
    const whole = isWhole ? this.#whole(this.#kept ?? []).toString() : undefined;
    return { text: this.text, whole, body: this.answer()?.body };
  }

  head(status: number, headers: readonly string[], sentAt: Instant, at: Instant): void {
    this.#status = status;
    this.#latencyMs = at - sentAt;
    for (let index = 0; index < headers.length; index += 2) {
      const value = headers[index + 1] as string;
      switch ((headers[index] as string).toLowerCase()) {
        case 'content-type':
          this.#contentType = value;
          break;
        case 'etag':
          this.#etag = value;
          break;
        case 'payment-response':
        case 'x-payment-response':
          this.#settlement = settlementOf(value, this.#settlement);
          break;
        case 'retry-after':
          this.#retryAfterMs = waitOf(value, at);
          break;
      }
    }
    if (this.#contentType !== null && KEPT_TYPES.test(this.#contentType.toLowerCase())) this.#kept = [];
  }

  data(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#kept === undefined || this.#keptBytes >= this.#limit) return;
    const kept = chunk.subarray(0, this.#limit - this.#keptBytes);
    this.#kept.push(kept);
    this.#keptBytes += kept.length;
  }

  /** Nothing of this answer may be kept. */
  forget(): void {
    this.#kept = undefined;
  }

  /**
   * What rules take from the answer.
   *
   * @param whole all of it is here, to be looked into
   * @param cut it broke off before its end, so whoever asked has not seen it either
   */
  facts(whole: boolean, cut = !whole): AnswerFacts {
    const route = this.#route;
    const looks = whole && this.#status !== null && this.#limit > ANSWER_KEPT_BYTES;
    const answer = looks ? this.answer() : undefined;
    const { made } = this;
    const body = answer?.status === PARTIAL ? undefined : answer?.body;
    return {
      status: this.#status,
      latencyMs: made === 'whole' ? null : this.#latencyMs,
      retryAfterMs: this.#retryAfterMs,
      etag: this.#etag,
      // What was made up, or changed, is not held against the API.
      contract: answer === undefined || made !== undefined ? null : (attempt(() => route?.contract?.(answer)) ?? null),
      ...(cut && { cut }),
      ...(made !== undefined && { made }),
      values: body === undefined || route === undefined ? NO_VALUES : valuesOf(route, body),
    };
  }

  /** The answer, unless it is too long to be looked into. Of a type that is not kept, all but its body. */
  answer(): Answer | undefined {
    if (this.#status === null || (this.#kept !== undefined && this.#bytes > this.#keptBytes)) return undefined;
    const contentType = this.#contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? null;
    const isJson = contentType !== null && JSON_TYPE.test(contentType) && this.#kept !== undefined;
    const body = isJson ? attempt(() => JSON.parse(this.#whole(this.#kept ?? []).toString()) as Json) : undefined;
    return { status: this.#status, contentType, body };
  }

  #whole(chunks: Buffer[]): Buffer {
    if (chunks.length !== 1) chunks.splice(0, chunks.length, Buffer.concat(chunks));
    return chunks[0] as Buffer;
  }
}

const NO_VALUES: AnswerFacts['values'] = {};

function valuesOf({ sources }: Route, body: Json): AnswerFacts['values'] {
  if (sources.size === 0) return NO_VALUES;
  return Object.fromEntries([...sources].map(([source, read]) => [source, attempt(() => read(body)) ?? []]));
}

/** `Retry-After` is seconds or an HTTP date (RFC 9110 §10.2.3); `null` where it is neither. */
function waitOf(value: string, at: Instant): number | null {
  if (SECONDS.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - at);
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
