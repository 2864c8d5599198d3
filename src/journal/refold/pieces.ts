import { assert } from '../../std/assert.ts';
import type { Json } from '../../std/canonical-json.ts';

/** Values in one piece at most, but for a single one that has more: a millisecond to read, also on a machine that is busy. */
export const PIECE_VALUES = 2_000;

type Key = string | number;
type Row = readonly [key: Key, value: Json];

/** A part of a value: what is under these keys of what is at this place, all of which stands in earlier pieces. */
interface Piece {
  readonly at: readonly Key[];
  readonly rows: readonly Row[];
}

/**
 * A value cut into texts that are read one at a time, since neither a clone of it nor `JSON.parse` of one text can be
 * interrupted. Bytes, so that they change hands from thread to thread and are not copied.
 */
export function piecesOf(value: Json): Uint8Array<ArrayBuffer>[] {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const put = (at: readonly Key[], rows: readonly Row[]): void => {
    pieces.push(new TextEncoder().encode(JSON.stringify({ at, rows } satisfies Piece)));
  };
  const cut = (of: Json, at: readonly Key[]): void => {
    let rows: Row[] = [];
    let size = 0;
    for (const [key, child] of rowsOf(of)) {
      const its = sizeOf(child);
      const isCut = its > PIECE_VALUES && typeof child === 'object';
      rows.push([key, isCut ? hollow(child) : child]);
      size += isCut ? 1 : its;
      if (!isCut && size < PIECE_VALUES) continue;
      put(at, rows);
      [rows, size] = [[], 0];
      if (isCut) cut(child, [...at, key]);
    }
    if (rows.length > 0) put(at, rows);
  };
  cut([value], []);
  return pieces;
}

/** The value that pieces were cut from. A step for each of them, so that whoever takes the steps can do something else between two. */
export function* joining(pieces: readonly Uint8Array[]): Generator<void, Json> {
  const root: Json[] = [];
  for (const piece of pieces) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `piecesOf` wrote it
    const { at, rows } = JSON.parse(new TextDecoder().decode(piece)) as Piece;
    let place: object = root;
    for (const key of at) place = (place as Record<Key, object>)[key] as object;
    // Defined, and not assigned: a task may be called `__proto__`.
    for (const [key, value] of rows) {
      if (Array.isArray(place)) place.push(value);
      else Object.defineProperty(place, key, { value, enumerable: true, configurable: true, writable: true });
    }
    yield;
  }
  const [value] = root;
  assert(value !== undefined, 'a value has at least one piece');
  return value;
}

function rowsOf(value: Json): readonly Row[] {
  if (value === null || typeof value !== 'object') return [];
  return Array.isArray(value) ? value.map((child: Json, index): Row => [index, child]) : Object.entries(value);
}

function hollow(value: Json): Json {
  return Array.isArray(value) ? [] : {};
}

function sizeOf(value: Json): number {
  if (value === null || typeof value !== 'object') return 1;
  let size = 1;
  for (const child of Array.isArray(value) ? (value as readonly Json[]) : Object.values(value)) size += sizeOf(child);
  return size;
}
