import type { Stage } from '../../engine/call.ts';
import type { RouteFile } from '../schema/route.ts';
import type { PolicyFile } from '../schema.ts';

/** What of an agent's calls is real at a stage: none of them, its reads, or all. */
export type Reach = 'none' | 'reads' | 'all';

export function reachAt(stage: Stage): Reach {
  if (stage === 'sandbox') return 'none';
  return stage === 'staging' || stage === 'shadow' ? 'reads' : 'all';
}

/** The routes that an agent may really call at a reach. */
export function realRoutes(policy: PolicyFile, agent: string, reach: Reach): ReadonlyMap<string, RouteFile> {
  const allow = policy.agents[agent]?.allow ?? [];
  const named = new Set(allow.map((one) => (typeof one === 'string' ? one : one.route)));
  const routes = [...named].flatMap((id): [string, RouteFile][] => {
    const route = Object.hasOwn(policy.routes, id) ? policy.routes[id] : undefined;
    if (route === undefined || reach === 'none') return [];
    return reach === 'all' || route.effect === 'read' ? [[id, route]] : [];
  });
  return new Map(routes);
}

/** Whether one request could be of both. Says yes where it is not plain that none could. */
export function overlap(
  one: Pick<RouteFile, 'match' | 'upstream'>,
  other: Pick<RouteFile, 'match' | 'upstream'>,
): boolean {
  if (one.upstream !== other.upstream) return false;
  const [a, b] = [partsOf(one.match), partsOf(other.match)];
  if (a.method !== b.method) return false;
  if (a.segments.length !== b.segments.length) return a.isOpen || b.isOpen;
  return a.segments.every((segment, index) => {
    const its = b.segments[index] as string;
    return segment === its || segment.includes('{') || its.includes('{');
  });
}

function partsOf(match: string): { method: string; segments: readonly string[]; isOpen: boolean } {
  const [method = '', template = ''] = match.split(' ', 2);
  return { method, segments: template.split('/'), isOpen: template.includes('*') };
}
