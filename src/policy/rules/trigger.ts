import { z } from 'zod';
import type { Placed } from '../semantics/view.ts';
import { Denials } from './denials.ts';
import { ErrorRate } from './error-rate.ts';
import { Latency } from './latency.ts';
import { Repeats } from './runaway.ts';

/** What stops an agent by itself. Which kind it is, its keys say. */
export const Trigger = z
  .union([Repeats, ErrorRate, Latency, Denials], {
    error: 'a rule with one of `same`, `errorRate`, `latency` and `denials`',
  })
  .meta({ description: 'What stops the agent by itself: loops, failures, slowness, refusals.' });

type TriggerFile = z.infer<typeof Trigger>;

/** Picks the triggers of one kind, by the key that makes them one; each keeps its place among all. */
export function triggersWith<Key extends 'same' | 'errorRate' | 'latency' | 'denials'>(
  key: Key,
  triggers: readonly Placed<TriggerFile>[],
): readonly Placed<Extract<TriggerFile, Record<Key, unknown>>>[] {
  return triggers.filter((one): one is Placed<Extract<TriggerFile, Record<Key, unknown>>> => key in one.rule);
}
