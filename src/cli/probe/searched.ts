import type { Discovery } from '../../lab/probe/discovery.ts';
import type { ProbeResult, Progress } from '../../lab/probe/result.ts';
import type { Pause } from '../../lab/probe/search.ts';
import { Interruption } from './interruption.ts';

/** How long signals wait within a batch's shrinking. */
const LOOKED_EVERY_MS = 50;

export interface Listener {
  progress(progress: Progress): void;
  /** As soon as it is found: what is kept then is not lost, whatever ends the search. */
  found(discovery: Discovery): Promise<void>;
}

/** Carries a search out, and ends it where somebody asks for that. */
export async function searched(
  steps: Generator<Pause, ProbeResult, boolean>,
  listener: Listener,
): Promise<ProbeResult> {
  const interruption = new Interruption();
  try {
    let isAsked = false;
    let lookedMs = performance.now();
    for (;;) {
      const step = steps.next(isAsked);
      if (step.done === true) return step.value;
      if (step.value.at === 'batch') {
        listener.progress(step.value.progress);
        if (step.value.found !== undefined) await listener.found(step.value.found);
      } else if (performance.now() - lookedMs < LOOKED_EVERY_MS) continue;
      isAsked = await interruption.look();
      lookedMs = performance.now();
    }
  } finally {
    await interruption.end();
  }
}
