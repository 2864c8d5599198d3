import type { Adversary } from './adversary.ts';

/** Every adversary. A new one is a file and a line here. */
export const adversaries: readonly Adversary[] = [];
