import type { Installed } from '../../engine/guard.ts';
import { guards } from '../../engine/guards/index.ts';
import type { AgentId, RouteId, RuleId } from '../../engine/ids.ts';
import { captures, concerns, type Policy } from '../../engine/policy.ts';
import { Standings } from '../../engine/standings.ts';
import { STATELESS } from '../engine-judge.ts';
import type { Tape } from '../../warehouse/tape/tape.ts';
import type { Cell } from './cell.ts';
import { BackoffCell } from './backoff-cell.ts';
import { RunawayCell } from './runaway-cell.ts';
import { MonitorCell, type RowCall } from './monitor-cell.ts';
import { BudgetCell, CollarCell, InflightCell, OnceBook, OnceCell, RateCell } from './native.ts';
import { NUMBERS_EXACT_TO } from './number-pot.ts';

/** A cell and the rows that it concerns, as `Installed` says it of a monitor. */
export type Placed = Omit<Installed, 'monitor'> & {
  readonly cell: Cell;
  /** Of the one kind of rule that comes in front of scope. */
  readonly beforeScope?: true;
};

/** What installs the cells of one guard, where they have a columnar form; `undefined`: its monitors do it. */
type Native = (policy: Policy, tape: Tape) => readonly Placed[] | undefined;

/** Every cell that a policy needs, in the guards' order; scope, stage and freeze are the judge's own. */
export function install(policy: Policy, tape: Tape, call: RowCall): readonly Placed[] {
  const standings = new Standings(policy);
  return guards.flatMap((guard) => {
    if (guard.name === 'freeze' || guard.name === 'scope') return [];
    const native = NATIVE[guard.name]?.(policy, tape);
    if (native !== undefined) return native;
    const stateless = STATELESS.has(guard.name);
    return guard.install(policy, standings).map(({ monitor, ...place }): Placed => {
      const cell = new MonitorCell(monitor, stateless, call, tape);
      return { ...place, cell };
    });
  });
}

const NATIVE: Readonly<Record<string, Native>> = {
  stage: (policy, tape) => {
    // Where every write is let through, nothing is said of any.
    const isOpen = [...policy.agents.values()].every(({ stage }) => stage === 'production' || stage === 'sandbox');
    return isOpen || tape.calls.size === 0 ? [] : undefined;
  },
  runaway: (policy, tape) =>
    [...policy.agents.values()].flatMap(({ id, rules }) =>
      rules.runaway.map((rule): Placed => {
        return { cell: new RunawayCell(rule, tape), agent: id, judges: on(rule.routes), beforeScope: true };
      }),
    ),
  backoff: (policy, tape) =>
    [...policy.agents.values()].flatMap(({ id, rules }) =>
      rules.backoff.map((rule): Placed => ({ cell: new BackoffCell(rule, tape), agent: id, judges: on(rule.routes) })),
    ),
  rate: (policy, tape) =>
    [...policy.agents.values()].flatMap(({ id, rules }) =>
      rules.rates.map((rule): Placed => ({ cell: new RateCell(rule, tape), agent: id, judges: on(rule.routes) })),
    ),
  inflight: (policy, tape) => {
    const { inflight: shared } = policy.shared;
    if (shared.length > 0 && anyCaptures(policy)) return undefined;
    return [
      ...shared.map((rule): Placed => ({ cell: new InflightCell(rule, tape), agent: 'all', judges: on(rule.routes) })),
      ...[...policy.agents.values()].flatMap(({ id, rules }) =>
        rules.inflight.map((rule): Placed => {
          return { cell: new InflightCell(rule, tape), agent: id, judges: on(rule.routes) };
        }),
      ),
    ];
  },
  budget: (policy, tape) => {
    const agents = [...policy.agents.values()];
    const { budgets: shared } = policy.shared;
    const all = [...shared, ...agents.flatMap(({ rules }) => rules.budgets)];
    if (all.some(({ max }) => max.micros > BigInt(NUMBERS_EXACT_TO))) return undefined;
    if (shared.length > 0 && anyCaptures(policy)) return undefined;
    const place = (rule: (typeof all)[number], agent: AgentId | 'all'): Placed => ({
      cell: new BudgetCell(rule, tape),
      agent,
      judges: (route) => concerns(rule.routes, route) && policy.routes.get(route)?.amount !== undefined,
    });
    return [
      ...shared.map((rule) => place(rule, 'all')),
      ...agents.flatMap(({ id, rules }) => rules.budgets.map((rule) => place(rule, id))),
    ];
  },
  once: (policy, tape) => {
    if (anyCaptures(policy)) return undefined;
    const books = new Map<string, OnceBook>();
    return [...policy.agents.values()].flatMap(({ id, rules }) =>
      rules.once.flatMap((rule): Placed[] => {
        const key = `${rule.route} ${rule.withinMs ?? 'ever'}`;
        const only = (route: RouteId): boolean => route === rule.route;
        const known = books.get(key);
        const book = known ?? new OnceBook(tape);
        books.set(key, book);
        const judge: Placed = { cell: new OnceCell(rule, book, tape), agent: id, judges: only };
        return known === undefined ? [{ cell: book, agent: 'all', judges: () => false, counts: only }, judge] : [judge];
      }),
    );
  },
  collar: (policy, tape) => {
    const agents = [...policy.agents.values()];
    const limits = agents.flatMap(({ rules }) => rules.collar.flatMap(({ min, max }) => [min, max]));
    const isExact = (micros: bigint): boolean =>
      micros <= BigInt(NUMBERS_EXACT_TO) && micros >= -BigInt(NUMBERS_EXACT_TO);
    if (!limits.every((limit) => limit === undefined || isExact(limit.micros))) return undefined;
    const moves = (route: RouteId): boolean => policy.routes.get(route)?.amount !== undefined;
    const isBulk = (route: RouteId): boolean => policy.routes.get(route)?.items !== undefined;
    return agents.flatMap(({ id, rules }): Placed[] => {
      const collared = (route: RouteId): boolean => rules.collar.some((rule) => concerns(rule.routes, route));
      const bare = { rule: `${id}.collar` as RuleId, routes: 'all' } as const;
      return [
        { cell: new CollarCell(bare, false, tape), agent: id, judges: (route) => moves(route) && !collared(route) },
        // A bulk route and one that is none differ in what a missing count means.
        ...rules.collar.flatMap((rule) =>
          [true, false].map((bulk): Placed => {
            const judges = (route: RouteId): boolean => concerns(rule.routes, route) && isBulk(route) === bulk;
            return { cell: new CollarCell(rule, bulk, tape), agent: id, judges };
          }),
        ),
      ];
    });
  },
};

function on(routes: 'all' | ReadonlySet<RouteId>): (route: RouteId) => boolean {
  return (route) => concerns(routes, route);
}

function anyCaptures(policy: Policy): boolean {
  return [...policy.agents.values()].some(captures);
}
