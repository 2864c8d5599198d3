import { parse } from '@bufbuild/cel';
import type { Expr } from './authority.ts';
import { VARIABLES } from './facts.ts';

const SCALARS: readonly string[] = ['method', 'agent', 'task'];
const MAPS: readonly string[] = VARIABLES.filter((name) => !SCALARS.includes(name));

/**
 * What a condition reads, where that can be told from its text: `body.amount`, `method`. `undefined`: it asks whether
 * something is there, looks at a map as a whole, or goes through a list.
 */
export function namedFacts(source: string): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  try {
    return visit(parse(source).expr, names) ? names : undefined;
  } catch {
    return undefined;
  }
}

function visit(node: Expr | undefined, names: Set<string>): boolean {
  const kind = node?.exprKind;
  switch (kind?.case) {
    case 'constExpr':
      return true;
    case 'identExpr':
      if (MAPS.includes(kind.value.name)) return false;
      if (SCALARS.includes(kind.value.name)) names.add(kind.value.name);
      return true;
    case 'selectExpr': {
      if (kind.value.testOnly) return false;
      const path = pathOf(node);
      if (path === undefined) return false;
      names.add(path);
      return true;
    }
    case 'callExpr':
      return [kind.value.target, ...kind.value.args].every((part) => part === undefined || visit(part, names));
    case 'listExpr':
      return kind.value.elements.every((element) => visit(element, names));
    default:
      return false;
  }
}

/** `body.amount`, of members alone. */
function pathOf(node: Expr | undefined): string | undefined {
  const kind = node?.exprKind;
  if (kind?.case === 'identExpr') return MAPS.includes(kind.value.name) ? kind.value.name : undefined;
  if (kind?.case !== 'selectExpr' || kind.value.testOnly) return undefined;
  const operand = pathOf(kind.value.operand);
  return operand === undefined ? undefined : `${operand}.${kind.value.field}`;
}
