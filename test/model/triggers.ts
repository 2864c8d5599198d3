import type { Event } from '../../src/engine/event.ts';
import type { DenialsRule } from '../../src/engine/guards/denials.ts';
import type { RatioRule } from '../../src/engine/ratio-trigger.ts';
import type { RouteSet } from '../../src/engine/policy.ts';
import { inBuckets } from './buckets.ts';

type End = Extract<Event, { kind: 'ended' }>;

/** The ends of an agent's calls since a human last resumed it, those a rule concerns and that are in its window. */
export function endsInWindow(
  { routes, withinMs }: RatioRule,
  agent: string,
  events: readonly Event[],
  at: number,
): End[] {
  const resumed = lastResume(agent, events);
  return events.filter((event, index): event is End => {
    if (event.kind !== 'ended' || index < resumed || !inBuckets(event.at, at, withinMs)) return false;
    const call = events.find((one) => one.kind === 'decided' && one.call.id === event.call);
    return call?.kind === 'decided' && call.call.agent === agent && concerns(routes, call.call.route);
  });
}

/** How often an agent was refused in the window since it was last resumed, freezes apart. */
export function refusalsInWindow(
  { routes, withinMs }: DenialsRule,
  agent: string,
  events: readonly Event[],
  at: number,
) {
  const resumed = lastResume(agent, events);
  return events.filter((event, index) => {
    if (event.kind !== 'decided' || event.verdict !== 'deny' || event.call.agent !== agent) return false;
    if (index < resumed || event.call.at <= at - withinMs || !concerns(routes, event.call.route)) return false;
    return !wasFrozen(agent, events.slice(0, index));
  }).length;
}

function wasFrozen(agent: string, events: readonly Event[]): boolean {
  const frozen = events.findLastIndex((event) => event.kind === 'frozen' && event.freeze.agent === agent);
  return frozen > lastResume(agent, events);
}

function lastResume(agent: string, events: readonly Event[]): number {
  return events.findLastIndex((event) => event.kind === 'resumed' && event.agent === agent);
}

function concerns(routes: RouteSet, route: Parameters<Exclude<RouteSet, 'all'>['has']>[0]): boolean {
  return routes === 'all' || routes.has(route);
}
