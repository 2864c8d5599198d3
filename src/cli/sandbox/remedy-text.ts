import type { FoundScenario } from '../../lab/sandbox/found.ts';
import { tell } from '../../lab/probe/remedies.ts';
import { filesBeside } from '../../policy/files.ts';

/**
 * What would stop a course that still does its harm: worked out anew, for the policy as it is by now, and tried on it. A file
 * that keeps a course carries nothing of a policy, and a patch of then need not apply today.
 */
export function remedyText({ name, field, oracle, course }: FoundScenario): string {
  const { remedies } = tell({ field, oracle, course, files: filesBeside(field.loaded.file) });
  const [remedy, ...others] = remedies;
  if (remedy === undefined) return `${name}: no rule that was tried stops it by itself.`;
  const more = others.length === 0 ? '' : `\nSo does: ${others.map(({ title }) => title).join('; ')}.`;
  return `${name}: ${remedy.title} stops it:\n\n${remedy.patch.trimEnd()}\n${more}`;
}
