import type { AgentView, Gauge, Overview } from '../control/contract/overview.ts';

/** A limit that is used up sooner than this is worth a look now. */
export const SOON_MS = 15 * 60_000;

/** How many things a person must do something about. */
export function needs({ frozen, waiting, journal, pages }: Overview): number {
  return frozen + waiting + (journal.disk === 'full' ? 1 : 0) + (pages.abandoned > 0 ? 1 : 0);
}

/** It runs out soon, or is used up. */
export const runsOut = ({ share, emptyInMs }: Gauge): boolean =>
  share >= 1 || (emptyInMs !== null && emptyInMs < SOON_MS);

/** The fullest first: by when it is used up, then by how full it is. */
export function byFullness(gauges: readonly Gauge[]): readonly Gauge[] {
  const soon = ({ share, emptyInMs }: Gauge): number => (share >= 1 ? -1 : (emptyInMs ?? Infinity));
  return gauges.toSorted((a, b) => (soon(a) === soon(b) ? b.share - a.share : soon(a) - soon(b)));
}

/** It calls, and its calls reach something. */
export const works = ({ frozen, traffic }: AgentView): boolean => frozen === null && traffic.perSecond > 0;

/** Whether it needs a human, or will before long. */
export const asksFor = ({ frozen, waiting, gauges }: AgentView): boolean =>
  frozen !== null || waiting > 0 || gauges.some(runsOut);

/** Those that need a human first: frozen, then waiting, then soon used up; then the busiest. */
export function byNeed(agents: readonly AgentView[]): readonly AgentView[] {
  const rank = ({ frozen, waiting, gauges }: AgentView): number => {
    if (frozen !== null) return frozen.assent === null ? 1 : 0;
    if (waiting > 0) return 2;
    return gauges.some(runsOut) ? 3 : 4;
  };
  return agents.toSorted((a, b) => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    const working = Number(b.traffic.perSecond > 0) - Number(a.traffic.perSecond > 0);
    // By name, not by pace: what moves under a finger is not pressed.
    return working === 0 ? a.agent.localeCompare(b.agent) : working;
  });
}
