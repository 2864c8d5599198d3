import { closest } from 'fastest-levenshtein';
import type { Adversary } from '../../lab/adversaries/adversary.ts';
import { adversaries } from '../../lab/adversaries/all.ts';
import { CommandFailed } from '../failure.ts';

/** What `--only` takes. */
export const adversaryNames: readonly string[] = adversaries.map(({ name }) => name);

/** The adversaries named, in their own order; without names all of them. @throws CommandFailed */
export function adversariesNamed(names: readonly string[]): readonly Adversary[] {
  const unknown = names.find((name) => !adversaryNames.includes(name));
  if (unknown !== undefined) {
    throw new CommandFailed(
      `Failed to find adversary \`${unknown}\`; ${meantBy(unknown)} There are: ${adversaryNames.join(', ')}.`,
    );
  }
  return names.length === 0 ? adversaries : adversaries.filter(({ name }) => names.includes(name));
}

/** `--only` takes every word behind it, a policy's path too. */
function meantBy(word: string): string {
  if (/\.ya?ml$/.test(word)) return `if it is the policy, write it first: \`interlock probe ${word} --only NAME\`.`;
  return `did you mean \`${closest(word, [...adversaryNames])}\`?`;
}
