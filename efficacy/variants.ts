import { parse, stringify } from 'yaml';
import { loadPolicy, type LoadedPolicy, type PolicyFiles } from '../src/policy/index.ts';

/** A policy with the rules of one guard, of none (the catalogue alone), of all, or of all but `shape`. */
export interface Variant {
  readonly name: string;
  readonly policy: LoadedPolicy;
}

export const CATALOGUE = 'the catalogue alone';
export const TOGETHER = 'all together';
export const WITHOUT_SHAPE = 'all but shape';
/** Variants in which whatever stops a call counts. */
export const WHOLES: ReadonlySet<string> = new Set([TOGETHER, WITHOUT_SHAPE, CATALOGUE]);

type Members = Record<string, unknown>;

/** Which guard a key of an agent belongs to, where its name is not the guard's. */
const GUARD_OF: Readonly<Record<string, string>> = { rates: 'rate', budgets: 'budget', triggers: 'runaway' };
/** What an agent has that is no guard's. */
const NO_GUARD = new Set(['stage', 'allow']);

/**
 * Every variant of a policy, made mechanically: all rules; all but `shape`; each guard's rules and no others; and none. What
 * stands in the catalogue (routes, default deny, positive amounts) holds in each.
 *
 * @param files what the policy names beside itself: its OpenAPI document
 */
export function variantsOf(text: string, file: string, files: PolicyFiles): readonly Variant[] {
  const loaded = (text: string): LoadedPolicy => loadedFrom(text, file, files);
  const guards = guardsIn(parse(text) as Members);
  return [
    { name: TOGETHER, policy: loaded(text) },
    { name: WITHOUT_SHAPE, policy: loaded(keeping(text, new Set(guards.filter((guard) => guard !== 'shape')))) },
    ...guards.map((guard) => ({ name: guard, policy: loaded(keeping(text, new Set([guard]))) })),
    { name: CATALOGUE, policy: loaded(keeping(text, new Set())) },
  ];
}

function loadedFrom(text: string, file: string, files: PolicyFiles): LoadedPolicy {
  const policy = loadPolicy(text, file, files);
  if (policy.ok) return policy.value;
  throw new Error(
    `Failed to load ${file}: ${policy.failure.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
  );
}

/** The guards that a policy has rules for, in the order of its text. */
function guardsIn(policy: Members): readonly string[] {
  const found = new Set<string>();
  for (const agent of Object.values(policy['agents'] as Record<string, Members>)) {
    if ((agent['allow'] as unknown[]).some(isConditional)) found.add('scope');
    for (const key of Object.keys(agent)) if (!NO_GUARD.has(key)) found.add(GUARD_OF[key] ?? key);
  }
  for (const route of Object.values(policy['routes'] as Record<string, Members>)) {
    if ('precondition' in route) found.add('precondition');
  }
  for (const upstream of Object.values(policy['upstreams'] as Record<string, Members>)) {
    if ('openapi' in upstream) found.add('shape');
    if ('breaker' in upstream) found.add('breaker');
  }
  return [...found];
}

/** The policy's text without the rules of every guard that is not among `guards`. */
export function keeping(text: string, guards: ReadonlySet<string>): string {
  const policy = parse(text) as Members;
  for (const agent of Object.values(policy['agents'] as Record<string, Members>)) {
    for (const key of Object.keys(agent)) {
      if (!NO_GUARD.has(key) && !guards.has(GUARD_OF[key] ?? key)) delete agent[key];
    }
    if (!guards.has('scope')) agent['allow'] = [...new Set((agent['allow'] as unknown[]).map(unconditional))];
  }
  for (const route of Object.values(policy['routes'] as Record<string, Members>)) {
    if (!guards.has('precondition')) delete route['precondition'];
  }
  for (const upstream of Object.values(policy['upstreams'] as Record<string, Members>)) {
    if (!guards.has('shape') && 'openapi' in upstream) upstream['shape'] = 'off';
    if (!guards.has('breaker')) delete upstream['breaker'];
  }
  return stringify(policy);
}

function isConditional(entry: unknown): entry is { readonly route: string; readonly when: string } {
  return typeof entry === 'object' && entry !== null && 'when' in entry;
}

const unconditional = (entry: unknown): unknown => (isConditional(entry) ? entry.route : entry);
