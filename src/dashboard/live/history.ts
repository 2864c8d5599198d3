import type { Overview } from '../../control/contract/overview.ts';

/** What the page has seen of one agent at one look. */
export interface Sample {
  /** Seconds since 1970, in the door's time: what the chart's axis counts in. */
  readonly at: number;
  readonly perSecond: number;
  /** How full each gauge was, by its rule. */
  readonly shares: ReadonlyMap<string, number>;
}

/** Ten minutes at a look a second. */
export const SAMPLES_MAX = 600;
/** More agents than this are on nobody's screen at once. */
const AGENTS_MAX = 200;

const SEEN = new Map<string, Sample[]>();

/** Keeps what a chart needs; nothing of it is on a disk. */
export function remember({ at, agents }: Overview): void {
  const seconds = Date.parse(at) / 1_000;
  for (const { agent, traffic, gauges } of agents.slice(0, AGENTS_MAX)) {
    const samples = SEEN.get(agent) ?? [];
    if (!SEEN.has(agent)) SEEN.set(agent, samples);
    const last = samples.at(-1);
    if (last !== undefined && seconds <= last.at) continue;
    samples.push({
      at: seconds,
      perSecond: traffic.perSecond,
      shares: new Map(gauges.map(({ rule, share }) => [rule, share])),
    });
    if (samples.length > SAMPLES_MAX) samples.shift();
  }
}

export const samplesOf = (agent: string): readonly Sample[] => SEEN.get(agent) ?? [];
