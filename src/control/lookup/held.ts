import { openArchive } from '../../warehouse/archive/open-archive.ts';
import { heldFacts } from '../../warehouse/why/held.ts';
import type { Instant } from '../../std/clock.ts';
import type { Answers } from './question.ts';

/** What the journal knows of a call that waits for a person. */
export async function heldIn(
  dir: string,
  { call, from }: { readonly call: string; readonly from: Instant },
): Promise<Answers['held']> {
  const archive = openArchive(dir);
  return (await heldFacts(archive, call, from).finally(() => archive.close())) ?? null;
}
