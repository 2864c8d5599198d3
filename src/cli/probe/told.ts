import { filesBeside } from '../../policy/files.ts';
import type { Oracle } from '../../lab/oracles/oracle.ts';
import type { Discovery, Told } from '../../lab/probe/discovery.ts';
import type { Field } from '../../lab/probe/field.ts';
import { Nearness } from '../../lab/probe/nearness.ts';
import { tell } from '../../lab/probe/remedies.ts';

/** What is told of a discovery: its story, the gap, and the rules that stop it, each tried. */
export function toldOf(discovery: Discovery, field: Field, oracles: readonly Oracle[]): Told {
  const { harm, course, original, moves } = discovery;
  const oracle = [...oracles, new Nearness(field.loaded).oracle].find(({ name }) => name === harm.oracle);
  // A guard that fails is seen by no oracle: there is only what was done.
  if (oracle === undefined) return { story: moves, gap: harm.text, remedies: [] };
  return tell({ field, oracle, course, original, files: filesBeside(field.loaded.file) });
}
