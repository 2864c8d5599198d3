import fc from 'fast-check';
import type { Arena } from '../probe/arena.ts';
import type { Adversary, Move } from './adversary.ts';
import { act, instead, isStopped, shown, type Errand } from './errand.ts';
import type { Ground } from './ground.ts';
import { among, errands, times, writesOf } from './picks.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;
/** A drip of weeks; longer ones say nothing that these do not. */
const LONGEST_MS = 45 * DAY_MS;
const DRIPS_MAX = 120;
const SUBJECTS_MAX = 4;
/** No denial asks for a longer wait that anybody would sit out. */
const PATIENCE_MS = 8 * DAY_MS;

/** Never much at a time, never soon after the last. */
export const slowDripper: Adversary = {
  name: 'slow-dripper',
  title: 'Does a little at a time for days or weeks, so slowly that no rate notices.',
  moves(ground) {
    const writes = writesOf(ground);
    if (writes.length === 0) return [];
    return [
      fc
        .record({
          errand: errands(ground, writes),
          drips: times(DRIPS_MAX),
          gapMs: among(gapsOf(ground)),
          subjects: fc.integer({ min: 1, max: SUBJECTS_MAX }),
          patient: fc.boolean(),
        })
        .map(({ errand, ...drip }) => dripping(errand, drip)),
    ];
  },
};

/** As long as some rule looks back, or a part of it: several calls then share a window and no two are close. */
function gapsOf({ spansMs }: Ground): readonly number[] {
  const near = spansMs.flatMap((ms) => [ms + 1, ms, Math.ceil(ms / 2), Math.ceil(ms / 10)]);
  const gaps = [HOUR_MS, DAY_MS, ...near].filter((ms) => ms >= SECOND_MS && ms <= LONGEST_MS);
  return [...new Set(gaps)];
}

interface Drip {
  readonly drips: number;
  readonly gapMs: number;
  readonly subjects: number;
  /** Waits for as long as a denial says, and tries again. */
  readonly patient: boolean;
}

function dripping(errand: Errand, { drips, gapMs, subjects, patient }: Drip): Move {
  const { choice } = errand;
  return {
    run(arena) {
      const until = arena.now + LONGEST_MS;
      for (let drip = 0; drip < drips && arena.now < until; drip += 1) {
        if (drip > 0) arena.wait(gapMs);
        const one = subjects === 1 ? errand : instead(errand, { subject: choice.subject + (drip % subjects) });
        if (isOver(arena, one, patient)) return;
      }
    },
    toString: () => `slow-dripper: ${shown(errand)} ×${drips} on ${subjects} subjects, every ${gapMs} ms`,
  };
}

function isOver(arena: Arena, errand: Errand, patient: boolean): boolean {
  const reply = act(arena, errand);
  if (isStopped(reply)) return true;
  const waitMs = reply.retryAt === null ? undefined : reply.retryAt - arena.now;
  if (!patient || waitMs === undefined || waitMs < 0 || waitMs > PATIENCE_MS) return false;
  arena.wait(waitMs);
  return isStopped(act(arena, errand));
}
