import type { DiskState } from '../journal/index.ts';

/** What an operator is told in the log when the disk of the journal is full, or has room again. */
export function diskWords(state: DiskState, data: string): string {
  if (state.kind === 'ok') return 'The disk has room again: the door takes calls as before, and the reserve is whole.';
  const reads =
    state.reads === 'continue' ? 'reads go on as long as half of the reserve lasts' : 'reads are refused too';
  const left = Math.floor(state.reserveBytes / MIB);
  return (
    `THE DISK IS FULL, so writes are refused with 503 (${reads}). Kills, resumes and outcomes are recorded on the reserve, ` +
    `of which ${left} MiB are left. Free space on the disk of \`${data}\`: the door goes on by itself once there is enough.`
  );
}

export const MIB = 1024 * 1024;
