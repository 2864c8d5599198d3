import { calendar, type Calendar } from '../../../std/calendar.ts';
import type { Instant } from '../../../std/clock.ts';
import { formatDuration } from '../../../std/duration.ts';
import type { Call } from '../../../engine/call.ts';
import type { RouteId, RuleId } from '../../../engine/ids.ts';
import { concerns, type Policy, type RouteSet } from '../../../engine/policy.ts';
import type { Catalogue, Item, Tally } from './catalogue.ts';

/** How near a call must come to an edge to be at it. */
const NEAR_MS = 1_000;
/** How far ahead days of another length are looked for: clocks change within a year of any instant. */
const DAYS_AHEAD = 400;
const DAY_MS = 86_400_000;

/** A place in time where a rule changes its mind. */
export interface Edge {
  begin(): void;
  see(call: Call, admitted: boolean, tally: Tally): void;
}

/** Every edge that a policy's windows and days have. */
export function edgesOf(policy: Policy, startsAt: Instant, catalogue: Catalogue): readonly Edge[] {
  return [
    ...windowsOf(policy).map((window) => new WindowEdge(window, catalogue)),
    ...[...zonesOf(policy)].map(([zone, routes]) => new MidnightEdge(zone, routes, startsAt, catalogue)),
  ];
}

/** A rolling window (t − ms, t]. */
interface RollingWindow {
  readonly rule: RuleId;
  readonly ms: number;
  /** Calls that stand in it. */
  readonly counts: (call: Call, admitted: boolean) => boolean;
  /** Calls that are judged by what stands in it. */
  readonly judges: (call: Call) => boolean;
  /** What has a window of its own; `null`: the call has none. */
  readonly of: (call: Call) => string | null;
  readonly routes: RouteSet;
}

const everyone = (): string => '';
const subject = (call: Call): string | null => call.subject;

function windowsOf({ agents, shared }: Policy): readonly RollingWindow[] {
  const found: RollingWindow[] = [];
  for (const { id, rules } of agents.values()) {
    const own = (call: Call, routes: RouteSet): boolean => call.agent === id && concerns(routes, call.route);
    for (const { rule, routes, perMs: ms } of rules.rates) {
      const judges = (call: Call): boolean => own(call, routes);
      found.push({ rule, ms, routes, judges, counts: (call, admitted) => admitted && judges(call), of: everyone });
    }
    for (const { rule, routes, withinMs: ms, same } of rules.runaway) {
      const judges = (call: Call): boolean => own(call, routes);
      const of = same === 'call' ? (call: Call) => call.fingerprint : same === 'subject' ? subject : everyone;
      found.push({ rule, ms, routes, judges, counts: judges, of });
    }
    for (const { rule, routes, reads, maxAgeMs: ms } of rules.fresh) {
      const counts = (call: Call, admitted: boolean): boolean =>
        admitted && call.agent === id && reads.includes(call.route);
      found.push({ rule, ms, routes, judges: (call) => own(call, routes), counts, of: subject });
    }
    for (const { rule, route, withinMs: ms } of rules.once) {
      if (ms === undefined) continue;
      const judges = (call: Call): boolean => call.route === route;
      const counts = (call: Call, admitted: boolean): boolean => admitted && judges(call);
      found.push({ rule, ms, routes: new Set([route]), judges, counts, of: subject });
    }
  }
  for (const [agent, budgets] of budgetsOf({ agents, shared })) {
    for (const { rule, routes, per, each } of budgets) {
      if (per.kind === 'day') continue;
      const judges = (call: Call): boolean =>
        (agent === undefined || call.agent === agent) && call.amount !== null && concerns(routes, call.route);
      const of = each === 'agent' ? everyone : (call: Call): string => call[each];
      found.push({ rule, ms: per.ms, routes, judges, counts: (call, admitted) => admitted && judges(call), of });
    }
  }
  return found;
}

/** Budgets, and whose they are; `undefined`: everybody's. */
function budgetsOf({ agents, shared }: Pick<Policy, 'agents' | 'shared'>) {
  return [
    [undefined, shared.budgets],
    ...[...agents.values()].map(({ id, rules }) => [id, rules.budgets] as const),
  ] as const;
}

/** Zones whose days a policy counts by, and the routes it counts. */
function zonesOf(policy: Policy): ReadonlyMap<string, ReadonlySet<RouteId>> {
  const found = new Map<string, Set<RouteId>>();
  for (const [, budgets] of budgetsOf(policy)) {
    for (const { per, routes } of budgets) {
      if (per.kind !== 'day') continue;
      const known = found.get(per.timeZone) ?? new Set();
      for (const route of policy.routes.keys()) if (concerns(routes, route)) known.add(route);
      found.set(per.timeZone, known);
    }
  }
  return found;
}

/** When the calls of one window were made: ascending, each instant once. */
interface Times {
  readonly at: Instant[];
  /** Those before it are too old to matter. */
  from: number;
}

/** The end of a rolling window, which lies so and so long after each call that stands in it. */
class WindowEdge implements Edge {
  readonly #window: RollingWindow;
  readonly #inside: Item;
  readonly #last: Item;
  readonly #first: Item;
  readonly #outside: Item;
  readonly #times = new Map<string, Times>();
  /** Once a search has been at all of it, it has nothing more to find here. */
  #isDone = false;

  constructor(window: RollingWindow, catalogue: Catalogue) {
    this.#window = window;
    const { rule, ms, routes } = window;
    const missing = `no two calls that it counts were ${formatDuration(ms)} apart, give or take that much`;
    const add = (place: string): Item => catalogue.add('window edges', `${rule}: ${place}`, missing, routes);
    this.#inside = add(`a call in the last second of a window of ${formatDuration(ms)}`);
    this.#last = add('a call in its last millisecond');
    this.#first = add('a call in the first millisecond behind it');
    this.#outside = add('a call in the first second behind it');
  }

  begin(): void {
    this.#times.clear();
  }

  see(call: Call, admitted: boolean, tally: Tally): void {
    if (this.#isDone) return;
    const key = this.#window.of(call);
    if (key === null) return;
    const times = this.#times.get(key);
    if (times !== undefined && this.#window.judges(call)) this.#look(times, call.at, tally);
    if (!this.#window.counts(call, admitted)) return;
    if (times === undefined) this.#times.set(key, { at: [call.at], from: 0 });
    else if (times.at.at(-1) !== call.at) times.at.push(call.at);
  }

  #look(times: Times, now: Instant, tally: Tally): void {
    const { ms } = this.#window;
    while (times.from < times.at.length && (times.at[times.from] ?? 0) + ms < now - NEAR_MS) times.from += 1;
    for (let index = times.from; index < times.at.length; index += 1) {
      const left = (times.at[index] ?? 0) + ms - now;
      if (left > NEAR_MS) break;
      tally.hit(left > 0 ? this.#inside : this.#outside);
      if (left === 1) tally.hit(this.#last);
      if (left === 0) tally.hit(this.#first);
    }
    this.#isDone = [this.#inside, this.#last, this.#first, this.#outside].every((item) => tally.times(item) > 0);
  }
}

/** Midnight in a zone, and days whose length is not 24 hours. */
class MidnightEdge implements Edge {
  readonly #calendar: Calendar;
  readonly #routes: ReadonlySet<RouteId>;
  readonly #before: Item;
  readonly #last: Item;
  readonly #first: Item;
  readonly #after: Item;
  readonly #shorter: Item | undefined;
  readonly #longer: Item | undefined;

  constructor(zone: string, routes: ReadonlySet<RouteId>, startsAt: Instant, catalogue: Catalogue) {
    this.#calendar = calendar(zone);
    this.#routes = routes;
    const missing = `no run had such a call that a budget of that zone counts`;
    const add = (place: string): Item => catalogue.add('window edges', `${zone}: ${place}`, missing, routes);
    this.#before = add('a call in the last second before midnight');
    this.#last = add('a call in the last millisecond before midnight');
    this.#first = add('a call in the first millisecond of a day');
    this.#after = add('a call in the first second of a day');
    const lengths = new Set<number>();
    for (let day = 0, at = startsAt; day < DAYS_AHEAD; day += 1) {
      const { start, end } = this.#calendar(at);
      lengths.add(Math.sign(end - start - DAY_MS));
      at = end;
    }
    this.#shorter = lengths.has(-1) ? add('a call on a day that clocks make shorter') : undefined;
    this.#longer = lengths.has(1) ? add('a call on a day that clocks make longer') : undefined;
  }

  begin(): void {
    // Days are the same in every run.
  }

  see({ at, route }: Call, _admitted: boolean, tally: Tally): void {
    if (!this.#routes.has(route)) return;
    const { start, end } = this.#calendar(at);
    if (end - at <= NEAR_MS) {
      tally.hit(this.#before);
      if (end - at === 1) tally.hit(this.#last);
    }
    if (at - start < NEAR_MS) {
      tally.hit(this.#after);
      if (at === start) tally.hit(this.#first);
    }
    if (end - start === DAY_MS) return;
    const item = end - start < DAY_MS ? this.#shorter : this.#longer;
    if (item !== undefined) tally.hit(item);
  }
}
