import { assert } from '../std/assert.ts';
import { expandPolicy } from './expand/expand.ts';
import { filesOf } from './files.ts';
import type { LoadedPolicy } from './policy.ts';
import type { Path } from './problem.ts';
import { readSource, type Place } from './source.ts';

/**
 * Where things of a loaded policy stand in its author's files; the nearest enclosing thing where one does not exist. A place
 * without a file is in the policy file itself.
 */
export function placesOf({ text, file, includes }: LoadedPolicy): (path: Path) => Place {
  const written = readSource(text);
  assert(written.ok, 'a policy that was loaded can be read');
  const expanded = expandPolicy(written.value, file, filesOf({ file, text, includes }));
  assert(expanded.ok, 'a policy that was loaded can be expanded');
  return (path) => expanded.value.source.place(path);
}
