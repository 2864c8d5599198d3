import type { AnswerFacts } from '../../engine/event.ts';
import type { AnswerFactsJson } from '../../journal/entry.ts';
import { answerOf } from '../../journal/facts.ts';
import { counts, floats } from './growing.ts';
import { Words } from './words.ts';

/** What rules took from answers, by place; at 0 stands what nobody saw. An object is made of one only when it is asked for. */
export class Answers {
  /** NaN: none. */
  readonly status = floats();
  readonly latencyMs = floats();
  /** JSON of all other facts: most answers have none. */
  readonly rest = counts();
  readonly rests = new Words('{}');
  readonly #parsed: AnswerFacts[] = [];

  constructor() {
    this.push(null, {});
  }

  get size(): number {
    return this.status.size;
  }

  /** Makes room for so many altogether. */
  reserve(size: number): void {
    for (const column of [this.status, this.latencyMs, this.rest]) column.reserve(size);
  }

  push(status: number | null, { latencyMs = null, ...rest }: AnswerFactsJson): number {
    this.status.push(status ?? Number.NaN);
    this.latencyMs.push(latencyMs ?? Number.NaN);
    this.rest.push(this.rests.id(JSON.stringify(rest)));
    return this.size - 1;
  }

  at(place: number): AnswerFacts {
    const rest = this.rest.at(place);
    const { retryAfterMs, etag, contract, values, cut, made } = (this.#parsed[rest] ??= this.#parse(rest));
    const status = orNull(this.status.at(place));
    const latencyMs = orNull(this.latencyMs.at(place));
    const facts = { status, latencyMs, retryAfterMs, etag, contract, values };
    if (cut === undefined && made === undefined) return facts;
    return { ...facts, ...(cut !== undefined && { cut }), ...(made !== undefined && { made }) };
  }

  #parse(rest: number): AnswerFacts {
    const facts = JSON.parse(this.rests.text(rest)) as AnswerFactsJson;
    return answerOf({ status: null, facts }) as AnswerFacts;
  }
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
