import { append, type ColumnHead } from './columns.ts';
import type { Growing } from './growing.ts';
import type { LargeWords } from './large-words.ts';
import type { TextBytes } from './words.ts';

/** What of one part, or of records behind it, nobody has asked for yet. */
type Waiting =
  | { readonly kind: 'part'; readonly head: ColumnHead; readonly body: ArrayBuffer; readonly texts: TextBytes }
  | { readonly kind: 'rows'; readonly texts: string[] };

/**
 * A column of words that few rules ask for, fingerprints, and its dictionary: what parts have of it stays as it came until somebody
 * asks. Nearly every call has a fingerprint of its own, so that joining them takes as long as all other columns together.
 */
export class LateColumn {
  readonly #column: Growing<Uint32Array>;
  readonly #words: LargeWords;
  #waiting: Waiting[] = [];
  #whole: Uint32Array | undefined;

  constructor(column: Growing<Uint32Array>, words: LargeWords) {
    this.#column = column;
    this.#words = words;
  }

  push(text: string): void {
    this.#whole = undefined;
    const last = this.#waiting.at(-1);
    if (last === undefined) this.#column.push(this.#words.id(text));
    else if (last.kind === 'rows') last.texts.push(text);
    else this.#waiting.push({ kind: 'rows', texts: [text] });
  }

  /** Takes in a part's column and its dictionary, copied: the rest of the part need not stay for them. */
  join(head: ColumnHead, { bytes, ends }: TextBytes, body: ArrayBuffer): void {
    this.#whole = undefined;
    const texts = { bytes: Buffer.from(bytes), ends };
    this.#waiting.push({ kind: 'part', texts, ...copied(head, body) });
  }

  get column(): Uint32Array {
    this.settle();
    return (this.#whole ??= this.#column.whole());
  }

  get words(): LargeWords {
    this.settle();
    return this.#words;
  }

  settle(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) {
      if (one.kind === 'part') append(this.#column, one.head, one.body, this.#words.join(one.texts));
      else for (const text of one.texts) this.#column.push(this.#words.id(text));
    }
  }
}

/** A column without the body that it lay in. Numbers of words stand in one, two or four bytes, or are all the same. */
function copied(head: ColumnHead, body: ArrayBuffer): { readonly head: ColumnHead; readonly body: ArrayBuffer } {
  if (head.kind === 'same' || head.kind === 'some')
    return { head, body: head.kind === 'same' ? new ArrayBuffer(0) : body };
  const bytes = { u8: 1, u16: 2, u32: 4, f64: 8 }[head.kind];
  return { head: { ...head, at: 0 }, body: body.slice(head.at, head.at + head.count * bytes) };
}
