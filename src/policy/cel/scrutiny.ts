import { hasFunction, patternFault, type Expr, type Parsed } from './authority.ts';
import { RESPONSE, RESPONSE_MEMBERS, VARIABLES, type Variable } from './facts.ts';
import { nearest } from '../problem.ts';

/** What is wrong or suspicious about an expression, and where in its text. */
export interface Flaw {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly suggestion?: string | undefined;
  readonly offset: number;
}

/** Names of types, which an expression may compare with: `type(body.x) == int`. */
const TYPES = new Set(['int', 'uint', 'double', 'bool', 'string', 'bytes', 'list', 'map', 'null_type', 'type']);
/** Operators that the planner knows without a function behind them. */
const PLANNED = new Set(['_&&_', '_||_', '_?_:_', '_[_]', '@not_strictly_false']);
/** What answers no true or false, whatever it is given. */
const NO_TRUTH = new Set(['_+_', '_-_', '_*_', '_/_', '_%_', '-_', 'size', 'int', 'uint', 'double', 'string']);

/**
 * What can be said of an expression before any request: names that nothing answers to make it an error on every call,
 * which denies, so they are found now and not at three in the morning.
 */
export function scrutinise({ expr, sourceInfo }: Parsed, params: readonly string[], answer = false): Flaw[] {
  const variables: readonly string[] = answer ? [...VARIABLES, RESPONSE] : VARIABLES;
  const flaws: Flaw[] = [];
  const flaw = (severity: Flaw['severity'], at: Expr, message: string, suggestion?: string): void => {
    flaws.push({ severity, message, suggestion, offset: sourceInfo?.positions[String(at.id)] ?? 0 });
  };

  const visit = (node: Expr | undefined, scope: ReadonlySet<string>): void => {
    const kind = node?.exprKind;
    switch (kind?.case) {
      case 'identExpr':
        if (!scope.has(kind.value.name) && !TYPES.has(kind.value.name)) {
          flaw('error', node!, `unknown variable \`${kind.value.name}\``, nearest(kind.value.name, variables));
        }
        return;
      case 'selectExpr':
        named(kind.value.operand, kind.value.field, node!);
        return visit(kind.value.operand, scope);
      case 'callExpr':
        called(kind.value, node!);
        visit(kind.value.target, scope);
        for (const arg of kind.value.args) visit(arg, scope);
        return;
      case 'listExpr':
        for (const element of kind.value.elements) visit(element, scope);
        return;
      case 'structExpr':
        for (const { keyKind, value } of kind.value.entries) {
          if (keyKind.case === 'mapKey') visit(keyKind.value, scope);
          visit(value, scope);
        }
        return;
      case 'comprehensionExpr': {
        const { accuVar, iterVar, accuInit, iterRange, loopCondition, loopStep, result } = kind.value;
        const inner = new Set([...scope, accuVar, iterVar]);
        for (const outside of [accuInit, iterRange]) visit(outside, scope);
        for (const inside of [loopCondition, loopStep, result]) visit(inside, inner);
        return;
      }
      default:
    }
  };

  const named = (operand: Expr | undefined, name: string, at: Expr): void => {
    if (operand?.exprKind.case !== 'identExpr') return;
    const of = operand.exprKind.value.name as Variable | typeof RESPONSE;
    if (of === 'params' && !params.includes(name)) {
      flaw('error', at, `the route's path has no parameter \`${name}\``, nearest(name, params));
    }
    if (of === RESPONSE && answer && !(RESPONSE_MEMBERS as readonly string[]).includes(name)) {
      flaw('error', at, `an answer has a \`status\` and a \`body\`, no \`${name}\``, nearest(name, RESPONSE_MEMBERS));
    }
    if (of === 'headers' && name !== name.toLowerCase()) {
      flaw('error', at, `header names are in lower case: \`${name}\` is never there`, name.toLowerCase());
    }
  };

  const called = (call: Extract<Expr['exprKind'], { case: 'callExpr' }>['value'], at: Expr): void => {
    const key = call.args[1];
    if (call.function === '_[_]' && key !== undefined) {
      const literal = textOf(key);
      if (literal !== undefined) named(call.args[0], literal, at);
    }
    if (call.function === 'matches') pattern(call.args.at(-1), at);
    else if (!PLANNED.has(call.function) && !hasFunction(call.function)) {
      flaw('error', at, `unknown function \`${call.function}\``);
    }
  };

  const pattern = (argument: Expr | undefined, at: Expr): void => {
    const literal = argument === undefined ? undefined : textOf(argument);
    if (literal === undefined) return flaw('error', at, 'the pattern of `matches` must be a literal text');
    const fault = patternFault(literal);
    if (fault !== undefined) return flaw('error', at, `\`${literal}\` is no regular expression (${fault})`);
    if (!literal.startsWith('^') || !literal.endsWith('$')) {
      flaw(
        'warning',
        at,
        `\`matches\` finds its pattern anywhere in the text; to hold the whole, write "^(${literal})$"`,
      );
    }
  };

  visit(expr, new Set(variables));
  if (answersNoTruth(expr)) flaw('error', expr, 'the condition never answers true or false');
  return flaws;
}

function answersNoTruth({ exprKind }: Expr): boolean {
  switch (exprKind.case) {
    case 'constExpr':
      return exprKind.value.constantKind.case !== 'boolValue';
    case 'listExpr':
    case 'structExpr':
      return true;
    case 'callExpr':
      return NO_TRUTH.has(exprKind.value.function);
    default:
      return false;
  }
}

function textOf({ exprKind }: Expr): string | undefined {
  if (exprKind.case !== 'constExpr' || exprKind.value.constantKind.case !== 'stringValue') return undefined;
  return exprKind.value.constantKind.value;
}
