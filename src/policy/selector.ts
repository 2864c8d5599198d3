import type { Effect } from '../engine/call.ts';
import type { Selector } from './rules/selector.ts';

/** Whether a rule names its routes at all; one that does not concerns them all. */
export function isSelective({ route, routes, effect }: Selector): boolean {
  return route !== undefined || routes !== undefined || effect !== undefined;
}

/** Whether a rule concerns a route. `effect: write` stands for everything that changes something. */
export function selects({ route, routes, effect }: Selector, id: string, its: Effect): boolean {
  if (route !== undefined) return route === id;
  if (routes !== undefined) return routes.includes(id);
  if (effect === undefined) return true;
  return effect === its || (effect === 'write' && its !== 'read');
}
