import type { LoadedPolicy } from '../../policy/index.ts';
import { arrivalBy, shownCall } from './arrival.ts';
import type { Doer, Oracle } from './oracle.ts';

const NAME = 'allow';

/** What arrives is on a route that its agent may call and its grant was made for, and a condition of it was true as read. */
export function scopeOracle({ policy }: LoadedPolicy): Oracle {
  /** Why nothing lets the call through; `undefined`: something does. */
  const refusal = ({ agent, route, granted, conditions }: Doer): string | undefined => {
    const entries = policy.agents.get(agent)?.allow.filter((entry) => entry.route === route) ?? [];
    if (entries.length === 0) return `${agent}.allow has no ${route}`;
    if (granted !== true) return 'its grant was not made for it';
    const isTrue = entries.some(({ when, rule }) => when === undefined || conditions?.[rule] === true);
    return isTrue ? undefined : `no condition was true: ${entries.map(({ when }) => when?.source).join('; ')}`;
  };
  return {
    name: NAME,
    text: 'a call that no `allow:` of its agent, or not its grant, lets through',
    promise: true,
    watch: () => ({
      see(deed) {
        const by = arrivalBy(deed);
        const why = by && refusal(by);
        if (by === undefined || why === undefined) return undefined;
        const text = `${shownCall(by)} reached ${deed.upstream}, and ${why}`;
        return { oracle: NAME, text, deeds: [deed], promise: true };
      },
    }),
  };
}
