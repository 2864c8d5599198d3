import { beginsKey, formsOf, holdsKey, type KeyForms } from './forms.ts';

/**
 * Watches an answer's bytes for the key as they stream past (I10). What might be the beginning of it is held back until
 * the next piece says what it is: not even a part of the key leaves.
 */
export class KeyWatch {
  readonly #forms: KeyForms;
  #held: Buffer = NONE;

  /** @param secrets one list for each upstream, always the same object */
  constructor(secrets: readonly string[]) {
    this.#forms = formsOf(secrets);
  }

  /** Whether anything is looked for. */
  get watches(): boolean {
    return this.#forms.all.length > 0;
  }

  /** Whether something is held back. */
  get holds(): boolean {
    return this.#held.length > 0;
  }

  /** What may leave now; `null`: the key is in it, and nothing may. */
  pass(chunk: Buffer): Buffer | null {
    if (!this.watches) return chunk;
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    // One character a byte, so that places in the text are places in the bytes.
    const text = bytes.toString('latin1').toLowerCase();
    if (holdsKey(text, this.#forms)) return null;
    const from = this.#heldFrom(text);
    // Its own copy: a part would keep the whole piece in memory.
    this.#held = from === bytes.length ? NONE : Buffer.from(bytes.subarray(from));
    return bytes.subarray(0, from);
  }

  /** No more comes: what was held back was only a beginning. */
  rest(): Buffer {
    const rest = this.#held;
    this.#held = NONE;
    return rest;
  }

  /** Where the first thing begins that might still become the key. */
  #heldFrom(text: string): number {
    const forms = this.#forms;
    // Nearly every answer ends with a bracket or a line's end, and no key does.
    if (!forms.lasts.has(text.at(-1) ?? '')) return text.length;
    for (let at = Math.max(0, text.length - forms.longestEscaped); at < text.length; at += 1) {
      if (forms.firsts.has(text[at] as string) && beginsKey(text, at, forms)) return at;
    }
    return text.length;
  }
}

const NONE: Buffer = Buffer.alloc(0);
