import type { Clock } from '../../std/clock.ts';
import type { Door } from '../../door/door.ts';
import type { StartedDoor } from '../../door/start.ts';
import type { ReadyView } from '../contract/health.ts';

/**
 * A record that has waited for so long means a disk that stands still: writes would wait as long, and are refused 3 s behind
 * their decision. A slow disk's worst flush takes a tenth of it.
 */
export const STALLED_AFTER_MS = 2_000;

/** What a door needs to be trusted with calls. */
export interface Vital {
  readonly log: Pick<StartedDoor['log'], 'health' | 'disk'>;
  readonly clock: Clock;
  readonly door: Pick<Door, 'isDraining'>;
}

export type Unready = ReadyView['reasons'][number];

/** Why the door should be sent no calls now; empty: it may have them. A door without a policy answers nobody: it does not start. */
export function unready({ log, clock, door }: Vital): readonly Unready[] {
  const { state, behindSince } = log.health;
  const behindMs = behindSince === null ? 0 : clock.now() - behindSince;
  return [
    ...(state === 'failed' ? [FAILED] : []),
    ...(state === 'closing' ? [CLOSED] : []),
    ...(state === 'open' && behindMs > STALLED_AFTER_MS ? [stalled(behindMs)] : []),
    ...(log.disk.kind === 'full' ? [FULL] : []),
    ...(door.isDraining ? [DRAINING] : []),
  ];
}

const FAILED: Unready = {
  code: 'journal_failed',
  text: 'The journal can be trusted with nothing more. Check the disk, start again, then `interlock audit verify`.',
};
const CLOSED: Unready = { code: 'journal_closed', text: 'The journal is closed: this door is about to end.' };
const FULL: Unready = {
  code: 'disk_full',
  text: 'The disk of the journal is full. Free space: the door goes on by itself.',
};
const DRAINING: Unready = {
  code: 'draining',
  text: 'The door takes no more requests and finishes those under way.',
};

function stalled(behindMs: number): Unready {
  const text = `The oldest record has waited for the disk for ${(behindMs / 1_000).toFixed(1)} s: fdatasync does not return. Look at the disk.`;
  return { code: 'journal_stalled', text };
}
