import fc from 'fast-check';
import { unreachable } from '../../std/assert.ts';
import type { Arena, CallOptions } from '../probe/arena.ts';
import type { UpstreamId } from '../../engine/ids.ts';
import { concerns } from '../../engine/policy.ts';
import type { Adversary, Move } from './adversary.ts';
import { edgesOf, type Edge } from './boundary/edges.ts';
import { act, instead, shown, type Errand } from './errand.ts';
import { errands } from './picks.ts';

/** How the first of two bursts is still under way when the window ends. */
const ACROSS = ['not', 'answered late', 'done late'] as const;

/** As many calls as a limit is tried with; a policy that lets through more in a burst is found by others. */
const BURST_MAX = 64;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** From the edge to the burst: on it, and at either side. An hour, for a day that has 25 of them. */
const BEFORE_MS = [1, 0, 2, 1_000, MINUTE_MS, HOUR_MS + 1];
const BEHIND_MS = [0, -1, 1, 1_000, MINUTE_MS, HOUR_MS];

/** What is allowed at the end of one window and what is allowed at the beginning of the next is twice what was meant. */
export const boundary: Adversary = {
  name: 'boundary',
  title: 'Does as much as it may at the very end of one window, and again at the beginning of the next.',
  moves(ground) {
    const edges = edgesOf(ground);
    const operations = ground.operations.filter(({ allowed }) => allowed.length > 0);
    if (operations.length === 0) return [];
    return [
      fc
        .record({
          errand: errands(ground, operations),
          edge: fc.nat({ max: edges.length - 1 }).map((at) => edges[at] as Edge),
          burst: fc.nat({ max: 7 }),
          before: fc.nat({ max: BEFORE_MS.length - 1 }).map((at) => BEFORE_MS[at] as number),
          behind: fc.nat({ max: BEHIND_MS.length - 1 }).map((at) => BEHIND_MS[at] as number),
          across: fc.nat({ max: ACROSS.length - 1 }).map((at) => ACROSS[at] as (typeof ACROSS)[number]),
          spread: fc.boolean(),
        })
        .map(({ errand, burst, ...surf }) => surfed(errand, { ...surf, count: pick(burstsFor(errand), burst) })),
    ];
  },
};

interface Surf {
  readonly edge: Edge;
  readonly count: number;
  readonly before: number;
  readonly behind: number;
  readonly across: (typeof ACROSS)[number];
  /** Whether each call is about another thing. */
  readonly spread: boolean;
}

function surfed(errand: Errand, surf: Surf): Move {
  const { edge, count, before, behind, across } = surf;
  return {
    run(arena) {
      const at = edge.after(arena.now);
      arena.wait(Math.max(0, at - before - arena.now));
      const lateMs = Math.max(0, at + behind - arena.now) + 1;
      burst(arena, errand, surf, 0, optionsFor(errand, across, lateMs));
      arena.wait(Math.max(0, at + behind - arena.now));
      burst(arena, errand, surf, count, {});
    },
    toString: () =>
      `boundary: ${count} times ${shown(errand)}, ${before} ms before ${edge.name} and ${behind} ms behind it, ${across} across`,
  };
}

function burst(arena: Arena, errand: Errand, { count, spread }: Surf, from: number, options: CallOptions): void {
  for (let time = 0; time < count; time += 1) {
    const subject = errand.choice.subject + from + time;
    act(arena, spread && from + time > 0 ? instead(errand, { subject }) : errand, options);
  }
}

/** A deed that is later than the door waits is nobody's to foresee: no policy can count it in the window it comes in. */
function optionsFor({ ground, operation }: Errand, across: Surf['across'], lateMs: number): CallOptions {
  const waitsMs = ground.loaded.upstreams.get(operation.upstream as UpstreamId)?.limits.headTimeoutMs ?? 0;
  switch (across) {
    case 'not':
      return {};
    case 'answered late':
      return { lastsMs: lateMs };
    case 'done late':
      return { fault: { kind: 'latency', ms: Math.min(lateMs, waitsMs - 1) }, lastsMs: 0 };
    default:
      return unreachable(across);
  }
}

/** Numbers of calls around what some rule allows this agent here, the least first. */
function burstsFor({ agent: { rules }, operation: { route } }: Errand): readonly number[] {
  if (route === null) return [1];
  const mine = <Rule extends { readonly routes: Parameters<typeof concerns>[0] }>(
    all: readonly Rule[],
  ): readonly Rule[] => all.filter(({ routes }) => concerns(routes, route.id));
  const limits = [
    ...mine(rules.rates).map(({ max }) => max),
    ...mine(rules.runaway).map(({ count }) => count - 1),
    ...mine(rules.volume).map(({ limit }) => (limit.kind === 'share' ? limit.free : limit.max)),
  ];
  const around = limits.flatMap((limit) => [limit, limit - 1, limit + 1]);
  return [1, 2, ...around.filter((count) => count > 2 && count <= BURST_MAX), 5];
}

function pick(bursts: readonly number[], index: number): number {
  return bursts[index % bursts.length] as number;
}
