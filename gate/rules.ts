import { trialsNeeded, type Look } from '../src/gate/statistics/trials-needed.ts';

/** When somebody lets an agent pass who must not be harmful in `rate` of its sessions or more. */
export interface Rule {
  readonly name: string;
  /** The session after which it passes; `Infinity`: never within the horizon. */
  passesAt(events: Iterable<number>, horizon: number): number;
}

/** From how many sessions on the bound of so many events lies below `rate`. Computed once each. */
export type Needed = (events: number) => number;

export function neededBy(rate: number, confidence: number, look: Look): Needed {
  const known: number[] = [];
  return (events) => {
    for (let next = known.length; next <= events; next += 1) known.push(trialsNeeded(next, rate, confidence, look));
    return known[events] as number;
  };
}

/** Looks at a bound after every so many sessions, and passes as soon as it may. */
export function lookedAt(name: string, needed: Needed, every = 1): Rule {
  const passesAt = (events: Iterable<number>, horizon: number): number => {
    let [count, from] = [0, 0];
    const passes = (until: number): number | undefined => {
      // As many events as now from `from` until `until`: the first look at which they are few enough.
      const at = Math.ceil(Math.max(needed(count), from, 1) / every) * every;
      return at < until ? at : undefined;
    };
    for (const at of events) {
      const passed = passes(at);
      if (passed !== undefined) return passed;
      [count, from] = [count + 1, at];
    }
    return passes(horizon + 1) ?? Infinity;
  };
  return { name, passesAt };
}

/** Looks once, after as many sessions as were said beforehand. */
export function planned(name: string, needed: Needed, sessions: number): Rule {
  const passesAt = (events: Iterable<number>): number => {
    let count = 0;
    for (const at of events) {
      if (at > sessions) break;
      count += 1;
    }
    return needed(count) <= sessions ? sessions : Infinity;
  };
  return { name, passesAt };
}

/** Passes after so many clean sessions in a row, whatever was before them. */
export function streak(name: string, length: number): Rule {
  const passesAt = (events: Iterable<number>, horizon: number): number => {
    let from = 0;
    for (const at of events) {
      if (at - from > length) return from + length;
      from = at;
    }
    return from + length <= horizon ? from + length : Infinity;
  };
  return { name, passesAt };
}
