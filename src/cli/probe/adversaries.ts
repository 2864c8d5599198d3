import { closest } from 'fastest-levenshtein';
import type { Adversary } from '../../lab/adversaries/adversary.ts';
import { adversaries } from '../../lab/adversaries/all.ts';
import { CommandFailed } from '../failure.ts';

/** The adversaries named, in their own order; without names all of them. @throws CommandFailed */
export function adversariesNamed(names: readonly string[]): readonly Adversary[] {
  const known = adversaries.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new CommandFailed(
      `Failed to find adversary \`${unknown}\`; did you mean \`${closest(unknown, known)}\`? There are: ${known.join(', ')}.`,
    );
  }
  return names.length === 0 ? adversaries : adversaries.filter(({ name }) => names.includes(name));
}
