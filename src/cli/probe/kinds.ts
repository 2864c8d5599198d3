import { closest } from 'fastest-levenshtein';
import type { Field } from '../../lab/probe/field.ts';
import { CommandFailed } from '../failure.ts';

/**
 * Holds the policy's `never:` to what the businesses call things: a `{ ledger: KIND }` that none of them has is never met, and
 * so never broken. A business that does not say which kinds it has may have any.
 *
 * @throws CommandFailed
 */
export function refuseUnknownKinds({ loaded, worlds }: Field): void {
  const definitions = [...worlds.values()].map(({ definition }) => definition);
  const known = new Set(definitions.flatMap(({ ledger }) => ledger ?? []));
  if (definitions.some(({ ledger }) => ledger === undefined)) return;
  for (const { rule, deeds } of loaded.never) {
    if (deeds.by !== 'ledger' || known.has(deeds.kind)) continue;
    const names = [...known].sort();
    const meant =
      names.length === 0
        ? 'There are none at all'
        : `Did you mean \`${closest(deeds.kind, names)}\`? There are: ${names.join(', ')}`;
    throw new CommandFailed(
      `Failed to probe \`${loaded.file}\`: \`${rule}\` counts \`{ ledger: ${deeds.kind} }\`, and no business behind it calls ` +
        `anything so: it could never be broken. ${meant}.`,
    );
  }
}
