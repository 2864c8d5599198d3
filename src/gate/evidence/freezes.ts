import type { GateEvidence } from './evidence.ts';
import type { Turning } from './records.ts';

/** Freezes among the records that count, and every one that no human has ended, whenever it began. */
export function freezesOf(
  { freezes, resumes }: Pick<Turning, 'freezes' | 'resumes'>,
  { first, last }: { readonly first: number; readonly last: number },
): GateEvidence['freezes'] {
  const resumedAt = resumes.at(-1)?.seq ?? 0;
  return freezes.flatMap(({ seq, at, by, reason }) => {
    const open = seq > resumedAt;
    return open || (seq >= first && seq <= last) ? [{ at, by, reason, open }] : [];
  });
}
