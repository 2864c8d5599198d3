import { parse } from '@bufbuild/cel';
import type { Condition } from '../../engine/policy.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Field } from '../field.ts';
import { authority, type Parsed } from './authority.ts';
import { compileFast } from './fast.ts';
import { factsOf, type Facts } from './facts.ts';
import { DEFER, ERROR } from './operators.ts';
import { scrutinise, type Flaw } from './scrutiny.ts';

/** What a condition is about: the route it guards. */
export interface Subject {
  /** The parameters of the route's path. */
  readonly params: readonly string[];
  /** The field that is an int even in a form: the route's `amount.minor`. */
  readonly integer: Field | undefined;
  /** Whether it is also about an answer: a precondition's `require`. */
  readonly answer?: boolean;
}

/** Reads a `when` and says everything that is wrong or suspicious about it. */
export function parseCondition(
  source: string,
  { params, answer = false }: Subject,
): Result<Parsed, readonly Flaw[]> & { flaws: readonly Flaw[] } {
  const parsed = parsedOf(source);
  if (!parsed.ok) return { ...fail([parsed.failure]), flaws: [parsed.failure] };
  const flaws = scrutinise(parsed.value, params, answer);
  const errors = flaws.filter(({ severity }) => severity === 'error');
  return { ...(errors.length > 0 ? fail(errors) : ok(parsed.value)), flaws };
}

/** Compiles a `when` once, for every call it will judge. */
export function compileCondition(source: string, expression: Parsed, { integer }: Subject): Condition {
  const evaluate = evaluator(expression);
  return { source, test: (request, context) => evaluate(factsOf(request, context, integer)) };
}

/** By closures where they know the answer, by @bufbuild/cel where not. `undefined`: could not be evaluated. */
export function evaluator(expression: Parsed): (facts: Facts) => unknown {
  const slow = authority(expression);
  const fast = compileFast(expression.expr);
  if (fast === undefined) return slow;
  return (facts) => {
    try {
      const outcome = fast(facts);
      return outcome === ERROR ? undefined : outcome;
    } catch (error) {
      if (error === DEFER) return slow(facts);
      throw error;
    }
  };
}

function parsedOf(source: string): Result<Parsed, Flaw> {
  try {
    return ok(parse(source));
  } catch (error) {
    const { location, rawMessage } = error as { location?: { start?: { offset?: number } }; rawMessage?: string };
    const message = `the condition does not parse from here on${rawMessage === undefined ? '' : `: ${rawMessage}`}`;
    return fail({ severity: 'error', message, offset: location?.start?.offset ?? 0 });
  }
}
