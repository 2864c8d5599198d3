import { readFileSync } from 'node:fs';
import type { CallId } from '../src/engine/ids.ts';
import type { Half, Suite } from './customer.ts';

/**
 * What the benchmark's annotators say of one recorded write: the evaluation's side of a shadow journal, which holds nothing of it.
 * Of a call that changes nothing there is no label: nobody asked whether it was right, and it would count as a write that was,
 * where a policy takes it for one (`hand_over`).
 */
export interface Label {
  /** As the suite's shadow journal names it, where it is {@link imported}. */
  readonly call: CallId;
  readonly suite: Suite;
  /** The run: `session` and `task` in the journal. */
  readonly session: string;
  /** `null`: nobody knows, mostly since the API refused it. */
  readonly harmful: boolean | null;
  /** Why the label says so: `duplicate_of_gold_write`. */
  readonly reason: string;
  /** Whether it is in the journal; the import lists why not. */
  readonly imported: boolean;
  /** The customer: runs about one stand or fall together. */
  readonly cluster: string;
  readonly half: Half;
  /** Whether the agent had a guard of its own, so that the study of `docs/efficacy.md` leaves the run out. */
  readonly guarded: boolean;
  /** Whether the run ended in the reference state. */
  readonly succeeded: boolean;
}

/** The labels that `efficacy/shadow-journals.ts` wrote beside its journals, by call. */
export function readLabels(files: readonly string[]): ReadonlyMap<CallId, Label> {
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  const labels = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Label);
  return new Map(labels.map((label) => [label.call, label]));
}
