import type { Agent, Route } from '../../engine/policy.ts';
import type { LoadedPolicy, Price } from '../policy.ts';

/** One agent that may call one route. */
export interface Power {
  readonly agent: Agent;
  readonly route: Route;
  /** `undefined`: the route moves no money. */
  readonly price: Price | undefined;
}

/** Every route that an agent may call, once, whatever its conditions say: they only narrow. */
export function powersOf({ policy, prices }: LoadedPolicy, agent: Agent): readonly Power[] {
  const ids = new Set(agent.allow.map(({ route }) => route));
  return [...ids].flatMap((id) => {
    const route = policy.routes.get(id);
    return route === undefined ? [] : [{ agent, route, price: prices.get(id) }];
  });
}
