import type { Route } from '../engine/policy.ts';
import type { UpstreamId } from '../engine/ids.ts';
import type { Segment, Template } from './template.ts';

export interface RoutePattern {
  readonly route: Route;
  readonly template: Template;
}

/** The route that a path has, with its decoded parameters. */
export interface Match {
  readonly route: Route;
  readonly params: Record<string, string>;
}

/** `segments` are decoded; `/` has none, and a trailing slash is an empty one at the end. */
export type Router = (upstream: UpstreamId, method: string, segments: readonly string[]) => Match | undefined;

/** Templates that overlap in more ways than this are no catalogue of operations. */
export const STATES_MAX = 100_000;

/** What is still possible after some segments: the deterministic automaton of all templates of one method. */
interface State {
  readonly ends: RoutePattern | undefined;
  readonly literals: ReadonlyMap<string, State>;
  /** Where any other segment leads. */
  readonly otherwise: State | undefined;
}

/**
 * Compiles every template into one automaton per upstream and method: a match costs one map look-up per segment,
 * however many routes there are, and never goes back.
 * Of two templates that match a path, the one with a literal where they first differ wins.
 * `undefined`: the templates overlap in more than {@link STATES_MAX} ways.
 */
export function router(patterns: readonly RoutePattern[]): Router | undefined {
  const budget = { states: STATES_MAX };
  const starts = new Map<UpstreamId, Map<string, State>>();
  for (const [upstream, its] of Map.groupBy(patterns, ({ route }) => route.upstream)) {
    const methods = new Map<string, State>();
    for (const [method, group] of Map.groupBy(its, ({ route }) => route.method)) {
      const start = compile(group.toSorted(literalFirst), 0, budget);
      if (start === undefined) return undefined;
      methods.set(method, start);
    }
    starts.set(upstream, methods);
  }
  return (upstream, method, segments) => {
    let state = starts.get(upstream)?.get(method);
    for (let index = 0; index < segments.length && state !== undefined; index += 1) {
      const segment = segments[index] as string;
      // A parameter is never empty: `/v1/charges/` is not the charge without a name.
      state = state.literals.get(segment) ?? (segment === '' ? undefined : state.otherwise);
    }
    return state?.ends === undefined ? undefined : matched(state.ends, segments);
  };
}

/** `patterns` are sorted {@link literalFirst}, so that the first one that ends here is the one that wins. */
function compile(patterns: readonly RoutePattern[], depth: number, budget: { states: number }): State | undefined {
  budget.states -= 1;
  if (budget.states < 0) return undefined;
  const open = patterns.filter(({ template }) => template.segments[depth]?.kind === 'parameter');
  const literals = new Map<string, State>();
  for (const [text, near] of Map.groupBy(patterns, (pattern) => literalAt(pattern, depth))) {
    if (text === undefined) continue;
    const fitting = text === '' || open.length === 0 ? near : [...near, ...open].sort(literalFirst);
    const state = compile(fitting, depth + 1, budget);
    if (state === undefined) return undefined;
    literals.set(text, state);
  }
  const otherwise = open.length === 0 ? undefined : compile(open, depth + 1, budget);
  if (open.length > 0 && otherwise === undefined) return undefined;
  return { ends: patterns.find(({ template }) => template.segments.length === depth), literals, otherwise };
}

function literalAt({ template }: RoutePattern, depth: number): string | undefined {
  const segment = template.segments[depth];
  return segment?.kind === 'literal' ? segment.text : undefined;
}

/** Before another where it has a literal and the other a parameter, at the first place where they differ in kind. */
function literalFirst(a: RoutePattern, b: RoutePattern): number {
  const kinds = ({ template }: RoutePattern): string =>
    template.segments.map(({ kind }) => (kind === 'literal' ? '0' : '1')).join('');
  return kinds(a) < kinds(b) ? -1 : 1;
}

function matched({ route, template }: RoutePattern, segments: readonly string[]): Match {
  const params = Object.create(null) as Record<string, string>;
  for (let index = 0; index < segments.length; index += 1) {
    const segment = template.segments[index] as Segment;
    if (segment.kind === 'parameter') params[segment.name] = segments[index] as string;
  }
  return { route, params };
}
