import type { CheckpointEntry } from '../../journal/index.ts';
import type { Delivery } from '../channel.ts';

/** Somewhere off the box that keeps checkpoints: one attempt at a time, no retries of its own. */
export interface KeepingPlace {
  /** As the policy calls it: `directory:/mnt/audit/checkpoints`, `webhook:audit.example/checkpoints`. */
  readonly name: string;
  /** Never rejects. What it has already counts as kept. */
  keep(checkpoint: CheckpointEntry, at: number, signal: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
}
