import type { Expr } from './authority.ts';
import { lift, RESPONSE, VARIABLES, type Facts, type Variable } from './facts.ts';
import {
  BINARY,
  DEFER,
  equal,
  ERROR,
  has,
  member,
  TEXT_METHODS,
  UNARY,
  type Outcome,
  type Value,
} from './operators.ts';

type Closure = (facts: Facts) => Outcome;

/**
 * Compiles the common part of CEL into closures; `undefined` where an expression needs more than that part.
 * INVARIANT: whatever it compiles answers as `authority` does, errors included, or throws {@link DEFER}
 * (held by the differential property in `test/policy/cel/fast.test.ts`).
 */
export function compileFast(expression: Expr): Closure | undefined {
  try {
    return compile(expression);
  } catch (error) {
    if (error === DEFER) return undefined;
    throw error;
  }
}

function compile(expression: Expr): Closure {
  const { exprKind } = expression;
  switch (exprKind.case) {
    case 'constExpr': {
      const value = constant(exprKind.value.constantKind);
      return () => value;
    }
    case 'identExpr':
      return variable(exprKind.value.name);
    case 'selectExpr':
      return select(part(exprKind.value.operand), exprKind.value.field, exprKind.value.testOnly);
    case 'callExpr':
      return call(exprKind.value.function, exprKind.value.target, exprKind.value.args);
    default:
      throw DEFER;
  }
}

type ConstantKind = Extract<Expr['exprKind'], { case: 'constExpr' }>['value']['constantKind'];

function constant(kind: ConstantKind): Value {
  switch (kind.case) {
    case 'nullValue':
      return null;
    case 'boolValue':
    case 'stringValue':
    case 'int64Value':
    case 'doubleValue':
      return kind.value;
    default:
      throw DEFER;
  }
}

function variable(name: string): Closure {
  if (name === RESPONSE) return ({ response }) => (response === undefined ? ERROR : lift(response));
  if (!VARIABLES.includes(name as Variable)) throw DEFER;
  return (facts) => lift(facts[name as Variable]);
}

function select(operand: Closure, field: string, testOnly: boolean): Closure {
  const read = testOnly ? has : member;
  return (facts) => {
    const from = operand(facts);
    return from === ERROR ? ERROR : read(from, field);
  };
}

function call(name: string, target: Expr | undefined, args: readonly Expr[]): Closure {
  if (target !== undefined) return method(name, compile(target), args);
  switch (name) {
    case '_&&_':
      return junction(args.map(compile), false);
    case '_||_':
      return junction(args.map(compile), true);
    case '_?_:_':
      return conditional(part(args[0]), part(args[1]), part(args[2]));
    case '@in':
      if (args[1]?.exprKind.case === 'listExpr')
        return amongst(part(args[0]), args[1].exprKind.value.elements.map(compile));
      return binary(name, args);
    default:
      return args.length === 2 ? binary(name, args) : unary(name, args);
  }
}

function method(name: string, target: Closure, args: readonly Expr[]): Closure {
  if (name === 'size' && args.length === 0) return applied(target, UNARY.size as (value: Value) => Outcome);
  const test = Object.hasOwn(TEXT_METHODS, name) && args.length === 1 ? TEXT_METHODS[name] : undefined;
  if (test === undefined) throw DEFER;
  const argument = part(args[0]);
  return (facts) => {
    const text = target(facts);
    const piece = argument(facts);
    return typeof text === 'string' && typeof piece === 'string' ? test(text, piece) : ERROR;
  };
}

function unary(name: string, args: readonly Expr[]): Closure {
  const operator = Object.hasOwn(UNARY, name) && args.length === 1 ? UNARY[name] : undefined;
  if (operator === undefined) throw DEFER;
  return applied(part(args[0]), operator);
}

function applied(operand: Closure, operator: (value: Value) => Outcome): Closure {
  return (facts) => {
    const value = operand(facts);
    return value === ERROR ? ERROR : operator(value);
  };
}

function binary(name: string, args: readonly Expr[]): Closure {
  const operator = Object.hasOwn(BINARY, name) ? BINARY[name] : undefined;
  if (operator === undefined) throw DEFER;
  const [left, right] = [part(args[0]), part(args[1])];
  return (facts) => {
    const a = left(facts);
    if (a === ERROR) return ERROR;
    const b = right(facts);
    return b === ERROR ? ERROR : operator(a, b);
  };
}

/** `x in [a, b]`, without making the list. */
function amongst(value: Closure, elements: readonly Closure[]): Closure {
  return (facts) => {
    const wanted = value(facts);
    if (wanted === ERROR) return ERROR;
    let found = false;
    for (const element of elements) {
      const one = element(facts);
      if (one === ERROR) return ERROR;
      found ||= equal(one, wanted);
    }
    return found;
  };
}

/** `&&` (decided by false) and `||` (decided by true): a side that decides absorbs the errors of all others. */
function junction(sides: readonly Closure[], decisive: boolean): Closure {
  return (facts) => {
    let outcome: Outcome = !decisive;
    for (const side of sides) {
      const value = side(facts);
      if (value === decisive) return decisive;
      if (typeof value !== 'boolean') outcome = ERROR;
    }
    return outcome;
  };
}

function conditional(condition: Closure, then: Closure, otherwise: Closure): Closure {
  return (facts) => {
    const truth = condition(facts);
    if (typeof truth !== 'boolean') return ERROR;
    return truth ? then(facts) : otherwise(facts);
  };
}

function part(expression: Expr | undefined): Closure {
  if (expression === undefined) throw DEFER;
  return compile(expression);
}
