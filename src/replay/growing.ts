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
    if (this.#size === this.#array.length) {
      const array = this.#make(this.#array.length * 2);
      array.set(this.#array);
      this.#array = array;
    }
    this.#array[this.#size] = value;
    this.#size += 1;
  }

  whole(): Array {
    return this.#array.subarray(0, this.#size) as Array;
  }
}

export const floats = (): Growing<Float64Array> => new Growing((size) => new Float64Array(size));
export const counts = (): Growing<Uint32Array> => new Growing((size) => new Uint32Array(size));
export const signed = (): Growing<Int32Array> => new Growing((size) => new Int32Array(size));
export const codes = (): Growing<Uint8Array> => new Growing((size) => new Uint8Array(size));
