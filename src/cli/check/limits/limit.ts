import type { DoorLimits } from '../../../door/limits.ts';

/** One bound of a running door. */
export interface Limit {
  /** Under `src`. */
  readonly file: string;
  /** The constant's name there. */
  readonly name: string;
  readonly value: number;
  /** Of what, in the plural: `bytes`, `ms`, `connections`. */
  readonly unit: string;
  readonly bounds: string;
  /** What happens beyond it. */
  readonly beyond: string;
  /** By which name `serve --limit` sets it otherwise. */
  readonly option?: keyof DoorLimits;
}

/** A row; the constant is given as `{ NAME }`, so that its name and its value cannot differ. */
export function limit(
  file: string,
  constant: Readonly<Record<string, number>>,
  unit: string,
  bounds: string,
  beyond: string,
  option?: keyof DoorLimits,
): Limit {
  const [[name, value] = ['', 0]] = Object.entries(constant);
  return { file, name, value, unit, bounds, beyond, ...(option !== undefined && { option }) };
}
