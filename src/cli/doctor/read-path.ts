import type { RouteId } from '../../engine/ids.ts';
import type { LoadedPolicy } from '../../policy/index.ts';

/** Stands where a path names something: nothing has this id. */
const NOBODY = 'interlock-doctor';

/** A target of a read, with ids that name nothing; `undefined`: the route is no plain GET. */
export function readPathOf({ policy }: Pick<LoadedPolicy, 'policy'>, route: RouteId): string | undefined {
  const known = policy.routes.get(route);
  if (known === undefined || known.effect !== 'read' || known.method !== 'GET') return undefined;
  return known.template.replaceAll(/\{[^}]+\}/g, NOBODY);
}
