import {
  celEnv,
  celFunc,
  celList,
  celMap,
  CelScalar,
  celUint,
  isCelError,
  parse,
  plan,
  type CelInput,
} from '@bufbuild/cel';
import type { Json } from '../../std/canonical-json.ts';
import { lift, RESPONSE, VARIABLES, type Facts } from './facts.ts';

export type Expr = ReturnType<typeof parse>['expr'];
export type Parsed = ReturnType<typeof parse>;

/** Whole numbers in text, without the `0x10`, ` 5 ` and empty text that the platform's conversion would let through. */
const INTEGER_TEXT = /^-?(0|[1-9]\d{0,18})$/;
const DECIMAL_TEXT = /^-?(0|[1-9]\d{0,18})(\.\d{1,18})?$/;
const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;

/** `int("…")`: narrower than CEL's own, so that no text is a number here and another one upstream. */
export function integerOf(text: string): bigint {
  const value = INTEGER_TEXT.test(text) ? BigInt(text) : undefined;
  if (value === undefined || value < INT_MIN || value > INT_MAX) throw new RangeError(`\`${text}\` is no int`);
  return value;
}

function decimalOf(text: string): number {
  if (!DECIMAL_TEXT.test(text)) throw new RangeError(`\`${text}\` is no double`);
  return Number(text);
}

const { DOUBLE, INT, STRING, UINT } = CelScalar;

/** CEL as @bufbuild/cel has it, with the three conversions from text made strict. */
const environment = celEnv({
  funcs: [
    celFunc('int', [STRING], INT, integerOf),
    celFunc('uint', [STRING], UINT, (text) => {
      const value = integerOf(text);
      if (value < 0n) throw new RangeError(`\`${text}\` is no uint`);
      return celUint(value);
    }),
    celFunc('double', [STRING], DOUBLE, decimalOf),
  ],
});

export function hasFunction(name: string): boolean {
  return environment.funcs.find(name) !== undefined;
}

/** Evaluates an expression by @bufbuild/cel: the authority on what it means. `undefined`: it could not be evaluated. */
export function authority(expression: Parsed): (facts: Facts) => unknown {
  const run = plan(environment, expression);
  return (facts) => {
    const bindings = Object.create(null) as Record<string, CelInput>;
    for (const name of VARIABLES) bindings[name] = toCel(facts[name]);
    if (facts.response !== undefined) bindings[RESPONSE] = toCel(facts.response);
    const result: unknown = run(bindings);
    return isCelError(result) ? undefined : result;
  };
}

/** Why a regular expression is none (RE2 syntax); `undefined` where it is one. */
export function patternFault(pattern: string): string | undefined {
  const result: unknown = plan(environment, parse('"".matches(pattern)'))({ pattern });
  return isCelError(result) ? result.message : undefined;
}

/** JSON as CEL's values. Maps, never plain objects: a member called `constructor` must be a member and nothing else. */
function toCel(value: Json): CelInput {
  if (Array.isArray(value)) return celList(value.map(toCel));
  if (typeof value !== 'object' || value === null) return lift(value);
  return celMap(new Map(Object.entries(value).map(([key, member]) => [key, toCel(member)])));
}
