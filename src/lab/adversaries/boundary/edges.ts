import { calendar } from '../../../std/calendar.ts';
import type { Instant } from '../../../std/clock.ts';
import { formatDuration } from '../../../std/duration.ts';
import type { Ground } from '../ground.ts';
import { limitsOf } from '../ground/limits.ts';

/** Where one window ends and the next begins. */
export interface Edge {
  /** `midnight in Europe/Berlin`, `1h on` */
  readonly name: string;
  /** The first edge after an instant. */
  after(at: Instant): Instant;
}

/** Every edge that something could be counted by here: rightly, or by mistake. */
export function edgesOf({ loaded, spansMs }: Ground): readonly Edge[] {
  const zones = new Set([...limitsOf(loaded).timeZones, 'UTC']);
  return [...spansMs.map(sliding), ...[...zones].map(midnight), ...spansMs.map(aligned)];
}

/** A window that begins now. */
function sliding(ms: number): Edge {
  return { name: `${formatDuration(ms)} on`, after: (at) => at + ms };
}

function midnight(timeZone: string): Edge {
  const day = calendar(timeZone);
  return { name: `midnight in ${timeZone}`, after: (at) => day(at).end };
}

/** Windows end to end since 1970, as a counter per hour has them. */
function aligned(ms: number): Edge {
  return { name: `a full ${formatDuration(ms)}`, after: (at) => (Math.floor(at / ms) + 1) * ms };
}
