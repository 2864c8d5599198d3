import { assert } from '../../std/assert.ts';
import type { GrowingColumn, Numbers } from './growing.ts';

/**
 * How a column of numbers lies in a file, each number as its distance from `base`: in one, two or four bytes where all are whole
 * and near enough, in nothing where all are the same, else as they are. `some`: most are NaN, and the rest stand with their rows.
 */
export type ColumnHead =
  | { readonly kind: 'same'; readonly count: number; readonly base: number }
  | { readonly kind: 'u8' | 'u16' | 'u32'; readonly count: number; readonly base: number; readonly at: number }
  | { readonly kind: 'f64'; readonly count: number; readonly at: number }
  | { readonly kind: 'some'; readonly count: number; readonly rows: ColumnHead; readonly values: ColumnHead };

type Narrow = Uint8Array | Uint16Array | Uint32Array;
const BYTES_MAX = 2 ** 32;

/** The body of a file, piece by piece; each begins where every number may. */
export class Pieces {
  readonly pieces: Uint8Array[] = [];
  bytes = 0;

  add(array: ArrayBufferView): number {
    const at = this.bytes;
    this.pieces.push(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    const rest = -array.byteLength & 7;
    if (rest > 0) this.pieces.push(new Uint8Array(rest));
    this.bytes = at + array.byteLength + rest;
    assert(this.bytes < BYTES_MAX, 'a tape of one part is far smaller than its offsets reach');
    return at;
  }

  column(numbers: ArrayLike<number>): ColumnHead {
    const count = numbers.length;
    let [least, most, holes, isWhole] = [Infinity, -Infinity, 0, true];
    for (let row = 0; row < count; row += 1) {
      const value = numbers[row] as number;
      if (Number.isNaN(value)) holes += 1;
      // A zero that is negative is no distance from anything.
      else if (!Number.isSafeInteger(value) || Object.is(value, -0)) isWhole = false;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (holes * 2 > count) return this.#some(numbers, count, count - holes);
    if (holes > 0 || !isWhole) return { kind: 'f64', count, at: this.add(Float64Array.from(numbers)) };
    if (count === 0 || least === most) return { kind: 'same', count, base: count === 0 ? 0 : least };
    if (most - least < 2 ** 8) return { kind: 'u8', ...this.#narrow(numbers, least, new Uint8Array(count)) };
    if (most - least < 2 ** 16) return { kind: 'u16', ...this.#narrow(numbers, least, new Uint16Array(count)) };
    if (most - least < 2 ** 32) return { kind: 'u32', ...this.#narrow(numbers, least, new Uint32Array(count)) };
    return { kind: 'f64', count, at: this.add(Float64Array.from(numbers)) };
  }

  #narrow(numbers: ArrayLike<number>, base: number, narrow: Narrow) {
    for (let row = 0; row < narrow.length; row += 1) narrow[row] = (numbers[row] as number) - base;
    return { count: narrow.length, base, at: this.add(narrow) };
  }

  #some(numbers: ArrayLike<number>, count: number, there: number): ColumnHead {
    const [rows, values] = [new Uint32Array(there), new Float64Array(there)];
    for (let row = 0, place = 0; row < count; row += 1) {
      const value = numbers[row] as number;
      if (Number.isNaN(value)) continue;
      rows[place] = row;
      values[place] = value;
      place += 1;
    }
    return { kind: 'some', count, rows: this.column(rows), values: this.column(values) };
  }
}

/** The numbers of a column, from a file's body. */
export function numbersOf(head: ColumnHead, body: ArrayBuffer): Float64Array {
  const numbers = new Float64Array(head.count);
  fill(numbers, head, body);
  return numbers;
}

/** Puts a column behind what there is already. @param ids what its numbers are here, where they are numbers of words */
export function append(to: GrowingColumn, head: ColumnHead, body: ArrayBuffer, ids?: Uint32Array): void {
  const target = to.extend(head.count);
  if (ids === undefined) return fill(target, head, body);
  if (head.kind === 'same') {
    if (head.count > 0) target.fill(ids[head.base] as number);
    return;
  }
  assert(head.kind !== 'some' && head.kind !== 'f64', 'numbers of words are whole, and stand close together');
  const narrow = narrowOf(head, body);
  const { base } = head;
  for (let row = 0; row < narrow.length; row += 1) target[row] = ids[base + (narrow[row] as number)] as number;
}

/** Puts a column where it belongs. */
export function fill(target: Numbers, head: ColumnHead, body: ArrayBuffer): void {
  switch (head.kind) {
    case 'same':
      target.fill(head.base);
      return;
    case 'f64':
      return target.set(new Float64Array(body, head.at, head.count));
    case 'some': {
      target.fill(Number.NaN);
      const [rows, values] = [numbersOf(head.rows, body), numbersOf(head.values, body)];
      for (let place = 0; place < rows.length; place += 1) target[rows[place] as number] = values[place] as number;
      return;
    }
    default: {
      const narrow = narrowOf(head, body);
      const { base } = head;
      if (base === 0) return target.set(narrow);
      for (let row = 0; row < narrow.length; row += 1) target[row] = base + (narrow[row] as number);
    }
  }
}

function narrowOf({ kind, at, count }: Extract<ColumnHead, { kind: 'u8' | 'u16' | 'u32' }>, body: ArrayBuffer): Narrow {
  if (kind === 'u8') return new Uint8Array(body, at, count);
  return kind === 'u16' ? new Uint16Array(body, at, count) : new Uint32Array(body, at, count);
}
