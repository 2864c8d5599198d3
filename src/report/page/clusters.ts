import type { TimelineEvent } from '../../lab/sandbox/result.ts';
import type { Instant } from '../../std/clock.ts';
import type { Axis } from './axis.ts';
import { KINDS, type Kind, type Lane } from './marks.ts';

/** Marks nearer than this share of the axis would lie on each other on a phone. */
const NEAR = 0.025;
/** A count's own width on a phone, as a share of the axis: less room than this, and it is left to the list. */
const COUNT_ROOM = 0.15;

/** Events of one kind in one lane that are drawn as one mark. */
export interface Cluster {
  readonly lane: Lane;
  readonly kind: Kind;
  readonly afterMs: number;
  readonly count: number;
  /** Whether nothing else of its lane stands where the count would. */
  readonly room: boolean;
  readonly text: string;
}

export function clustersOf(timeline: readonly TimelineEvent[], origin: Instant, axis: Axis): readonly Cluster[] {
  const clusters: Omit<Cluster, 'room'>[] = [];
  const open = new Map<string, number>();
  for (const { at, lane, kind, count, text } of timeline) {
    const afterMs = at - origin;
    const place = `${lane} ${kind}`;
    const index = open.get(place);
    const near = index === undefined ? undefined : clusters[index];
    if (index !== undefined && near !== undefined && afterMs - near.afterMs < NEAR * axis.spanMs) {
      clusters[index] = { ...near, count: near.count + count };
    } else {
      open.set(place, clusters.push({ lane, kind, afterMs, count, text }) - 1);
    }
  }
  const order = (kind: Kind): number => KINDS.indexOf(kind);
  return clusters
    .map((cluster) => ({ ...cluster, room: hasRoom(cluster, clusters, axis) }))
    .sort((a, b) => order(a.kind) - order(b.kind));
}

function hasRoom(own: Omit<Cluster, 'room'>, all: readonly Omit<Cluster, 'room'>[], { spanMs }: Axis): boolean {
  return all.every((other) => {
    if (other === own || other.lane !== own.lane) return true;
    const distance = (other.afterMs - own.afterMs) / spanMs;
    return distance < -NEAR || distance > COUNT_ROOM;
  });
}
