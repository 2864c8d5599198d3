import { integerOf } from './authority.ts';
import { lift } from './facts.ts';

/**
 * A value of the fast evaluator: an int is a bigint, a number is a double, lists and maps are JSON as it came
 * (their members become values when they are taken out).
 */
export type Value =
  string | boolean | null | bigint | number | readonly unknown[] | { readonly [key: string]: unknown };

/** Could not be evaluated. `&&` and `||` absorb it where the other side decides. */
export const ERROR: unique symbol = Symbol('error');
export type Outcome = Value | typeof ERROR;

/** Thrown where only the authority knows the answer; the whole expression is then asked again there. */
export const DEFER: unique symbol = Symbol('defer');

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;

export type Binary = (left: Value, right: Value) => Outcome;

export const BINARY: Readonly<Record<string, Binary>> = {
  '_==_': (left, right) => equal(left, right),
  '_!=_': (left, right) => !equal(left, right),
  '_<_': ordered((left, right) => left < right),
  '_<=_': ordered((left, right) => left <= right),
  '_>_': ordered((left, right) => left > right),
  '_>=_': ordered((left, right) => left >= right),
  '_+_': (left, right) => {
    if (typeof left === 'string' && typeof right === 'string') return left + right;
    if (Array.isArray(left) && Array.isArray(right)) throw DEFER;
    return arithmetic(
      left,
      right,
      (a, b) => a + b,
      (a, b) => a + b,
    );
  },
  '_-_': (left, right) =>
    arithmetic(
      left,
      right,
      (a, b) => a - b,
      (a, b) => a - b,
    ),
  '_*_': (left, right) =>
    arithmetic(
      left,
      right,
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  '_/_': (left, right) =>
    right === 0n
      ? ERROR
      : arithmetic(
          left,
          right,
          (a, b) => a / b,
          (a, b) => a / b,
        ),
  '_%_': (left, right) =>
    typeof left === 'bigint' && typeof right === 'bigint' && right !== 0n ? left % right : ERROR,
  '@in': within,
  '_[_]': at,
};

export const UNARY: Readonly<Record<string, (value: Value) => Outcome>> = {
  '!_': (value) => (typeof value === 'boolean' ? !value : ERROR),
  '-_': (value) => (typeof value === 'bigint' ? int(-value) : typeof value === 'number' ? -value : ERROR),
  size,
  int: toInt,
};

export const TEXT_METHODS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
};

/** Numbers compare across int and double; lists and maps by their members; different types are never equal. */
export function equal(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (isNumber(left) && isNumber(right)) return numericallyEqual(left, right);
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => equal(lifted(item), lifted(right[index])));
  }
  const [a, b] = [left, right] as [Record<string, unknown>, Record<string, unknown>];
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && equal(lifted(a[key]), lifted(b[key])));
}

/** `operand.name`: the member of a map. */
export function member(operand: Value, name: string): Outcome {
  if (!isMap(operand) || !Object.hasOwn(operand, name)) return ERROR;
  return lifted(operand[name]);
}

/** `has(operand.name)`. As with the authority, a member that is `null` counts as absent. */
export function has(operand: Value, name: string): boolean {
  return isMap(operand) && Object.hasOwn(operand, name) && operand[name] !== null;
}

function at(operand: Value, key: Value): Outcome {
  if (typeof operand !== 'object' || operand === null) return ERROR;
  if (typeof key === 'string') return member(operand, key);
  if (!Array.isArray(operand)) return ERROR;
  // What an index of another type means on a list is the authority's own affair.
  if (typeof key === 'number' || typeof key === 'boolean') throw DEFER;
  if (typeof key !== 'bigint' || key < 0n || key >= BigInt(operand.length)) return ERROR;
  return lifted(operand[Number(key)]);
}

function within(value: Value, container: Value): Outcome {
  if (Array.isArray(container)) return container.some((item) => equal(lifted(item), value));
  if (!isMap(container) || value === null || typeof value === 'object') return ERROR;
  return typeof value === 'string' && has(container, value);
}

function size(value: Value): Outcome {
  if (typeof value === 'string') return BigInt(Array.from(value).length);
  if (typeof value !== 'object' || value === null) return ERROR;
  return BigInt(Array.isArray(value) ? value.length : Object.keys(value).length);
}

function toInt(value: Value): Outcome {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') throw DEFER;
  if (typeof value !== 'string') return ERROR;
  try {
    return integerOf(value);
  } catch {
    return ERROR;
  }
}

function int(value: bigint): Outcome {
  return value >= INT_MIN && value <= INT_MAX ? value : ERROR;
}

function arithmetic(
  left: Value,
  right: Value,
  ints: (a: bigint, b: bigint) => bigint,
  doubles: (a: number, b: number) => number,
): Outcome {
  if (typeof left === 'bigint' && typeof right === 'bigint') return int(ints(left, right));
  return typeof left === 'number' && typeof right === 'number' ? doubles(left, right) : ERROR;
}

/** Two numbers, two texts or two booleans; anything else has no order. */
function ordered(holds: (left: string | number | bigint, right: string | number | bigint) => boolean): Binary {
  return (left, right) => {
    if (typeof left === 'bigint' && typeof right === 'bigint') return holds(left, right);
    if (isNumber(left) && isNumber(right)) return holds(Number(left), Number(right));
    if (typeof left === 'string' && typeof right === 'string') return holds(left, right);
    return typeof left === 'boolean' && typeof right === 'boolean' ? holds(Number(left), Number(right)) : ERROR;
  };
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

function numericallyEqual(left: bigint | number, right: bigint | number): boolean {
  // oxlint-disable-next-line eqeqeq -- a bigint equals a number of the same value only by `==`
  return left == right;
}

function isMap(value: Value): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lifted(value: unknown): Value {
  return lift(value) as Value;
}
