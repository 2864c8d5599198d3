/**
 * How the process that looks things up answers: a line of JSON, and behind it as many bytes as that line says. The bytes are
 * what a browser gets, so that the door hands them on and neither reads nor writes them anew: that would cost its calls.
 *
 *     {"id":7,"ok":true,"bytes":1234}⏎ and 1,234 bytes
 */
export interface AnswerHead {
  readonly id: number;
  /** False: the bytes are a {@link LookupRefused}. */
  readonly ok: boolean;
  readonly bytes: number;
  /** Its process ends behind this one: it has grown. */
  readonly last?: true;
}

const LINE_FEED = 0x0a;
/** A head is some fifty bytes; more is no head. */
export const HEAD_BYTES_MAX = 200;

/** Puts answers together as their bytes come. */
export class AnswerFrames {
  readonly #onAnswer: (head: AnswerHead, body: Buffer<ArrayBuffer>) => void;
  #head: AnswerHead | undefined;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(onAnswer: (head: AnswerHead, body: Buffer<ArrayBuffer>) => void) {
    this.#onAnswer = onAnswer;
  }

  /** @throws where they are no answers */
  take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#next());
  }

  #next(): boolean {
    if (this.#head === undefined) return this.#begin();
    if (this.#length < this.#head.bytes) return false;
    const head = this.#head;
    const body = this.#cut(head.bytes);
    this.#head = undefined;
    this.#onAnswer(head, body);
    return this.#length > 0;
  }

  #begin(): boolean {
    const bytes = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    const end = bytes.indexOf(LINE_FEED);
    if (end === -1) {
      if (bytes.length > HEAD_BYTES_MAX) throw new Error('what comes is no answer');
      return false;
    }
    const line = this.#cut(end + 1);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own process wrote it
    this.#head = JSON.parse(line.toString()) as AnswerHead;
    return true;
  }

  /** The first so many bytes, which are there. */
  #cut(bytes: number): Buffer<ArrayBuffer> {
    const all = Buffer.concat(this.#chunks, this.#length);
    const rest = all.subarray(bytes);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    return all.subarray(0, bytes);
  }
}

export function frame(head: Omit<AnswerHead, 'bytes'>, body: Buffer): readonly [string, Buffer] {
  const whole: AnswerHead = { ...head, bytes: body.length };
  return [`${JSON.stringify(whole)}\n`, body];
}
