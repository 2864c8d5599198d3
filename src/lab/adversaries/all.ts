import type { Adversary } from './adversary.ts';
import { boundary } from './boundary.ts';
import { injected } from './injected.ts';
import { sharer } from './sharer.ts';
import { stale } from './stale.ts';
import { tricks } from './tricks.ts';
import { walker } from './walker.ts';
import { wanderer } from './wanderer.ts';

/** Every adversary. A new one is a file and a line here. */
export const adversaries: readonly Adversary[] = [tricks, stale, walker, boundary, sharer, injected, wanderer];
