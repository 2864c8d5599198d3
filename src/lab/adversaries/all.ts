import type { Adversary } from './adversary.ts';
import { boundary } from './boundary.ts';
import { crashAndRepeat } from './crash-and-repeat.ts';
import { injected } from './injected.ts';
import { looper } from './looper.ts';
import { retryingClient } from './retrying-client.ts';
import { sharer } from './sharer.ts';
import { slowDripper } from './slow-dripper.ts';
import { splitter } from './splitter.ts';
import { stale } from './stale.ts';
import { stranger } from './stranger.ts';
import { tricks } from './tricks.ts';
import { twins } from './twins.ts';
import { walker } from './walker.ts';
import { wanderer } from './wanderer.ts';

/** Every adversary. A new one is a file and a line here. */
export const adversaries: readonly Adversary[] = [
  looper,
  retryingClient,
  twins,
  splitter,
  slowDripper,
  crashAndRepeat,
  tricks,
  stale,
  walker,
  boundary,
  sharer,
  injected,
  stranger,
  wanderer,
];
