type Numbers = Float64Array | Uint32Array | Int32Array | Uint8Array;

/** A typed array that grows. Whoever reads it takes `whole()` once nothing comes any more. */
export class Growing<Array extends Numbers> {
  readonly #make: (size: number) => Array;
  #array: Array;
  #size = 0;

  constructor(make: (size: number) => Array) {
    this.#make = make;
    this.#array = make(1024);
  }

  get size(): number {
    return this.#size;
  }

  push(value: number): void {
    if (this.#size === this.#array.length) this.reserve(this.#array.length * 2);
    this.#array[this.#size] = value;
    this.#size += 1;
  }

  at(place: number): number {
    return this.#array[place] as number;
  }

  /** So many more, for the caller to fill. */
  extend(count: number): Array {
    const size = this.#size + count;
    if (size > this.#array.length) this.reserve(Math.max(size, this.#array.length * 2));
    const added = this.#array.subarray(this.#size, size) as Array;
    this.#size = size;
    return added;
  }

  /** Takes the last ones off again. */
  shorten(by: number): void {
    this.#size -= by;
  }

  /** Makes room for so many altogether. */
  reserve(size: number): void {
    if (size <= this.#array.length) return;
    const array = this.#make(size);
    array.set(this.#array.subarray(0, this.#size));
    this.#array = array;
  }

  whole(): Array {
    return this.#array.subarray(0, this.#size) as Array;
  }
}

/** Whoever appends to one need not know of what it is. */
export interface GrowingColumn {
  extend(count: number): Numbers;
}

export type { Numbers };

export const floats = (): Growing<Float64Array> => new Growing((size) => new Float64Array(size));
export const counts = (): Growing<Uint32Array> => new Growing((size) => new Uint32Array(size));
export const signed = (): Growing<Int32Array> => new Growing((size) => new Int32Array(size));
export const codes = (): Growing<Uint8Array> => new Growing((size) => new Uint8Array(size));
