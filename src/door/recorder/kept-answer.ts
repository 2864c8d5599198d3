import { codingIn, expanded } from '../key/coding.ts';

/** A longer answer's beginning is kept, and how long it was: no business object is longer, and rules look into none that is. */
export const ANSWER_KEPT_MAX_BYTES = 1_048_576;

/** The text of one answer, as far as it is kept. */
export interface KeptText {
  /** `null`: it is no UTF-8, or in a coding that this cannot undo. */
  readonly text: string | null;
  readonly whole: boolean;
}

/** Listens to one answer's body while it passes. */
export class KeptAnswer {
  readonly #pieces: Buffer[] = [];
  #keptBytes = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const kept = chunk.subarray(0, ANSWER_KEPT_MAX_BYTES - this.#keptBytes);
    if (kept.length === 0) return;
    this.#pieces.push(kept);
    this.#keptBytes += kept.length;
  }

  /**
   * @param ended whether all of it came
   * @param headers names in lower case and values in turn
   */
  text(ended: boolean, headers: readonly string[]): KeptText {
    const isWhole = ended && this.#keptBytes === this.#bytes;
    const bytes = Buffer.concat(this.#pieces);
    const coding = codingIn(headers);
    if (coding === undefined) return { text: null, whole: false };
    if (coding === null) {
      const text = utf8(bytes, isWhole);
      return { text, whole: isWhole && text !== null };
    }
    // None was asked for. Of a part nobody knows what it says.
    const clear = isWhole ? expanded(bytes, coding, ANSWER_KEPT_MAX_BYTES) : undefined;
    const text = clear === undefined ? null : utf8(clear, true);
    return { text, whole: text !== null };
  }
}

/** A text cut within a character loses that one. */
function utf8(bytes: Buffer, isWhole: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: !isWhole });
  } catch {
    return null;
  }
}
