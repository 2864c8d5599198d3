import type { Entry, Proof } from '../../journal/index.ts';
import type { JournalPort } from '../judge/admit.ts';
import type { OperationParts } from './parts.ts';

/**
 * The parts of operations whose every record says how its human has shown that it is them. The one place for it: operations
 * write their records by `journal`, and the freezer its own.
 */
export function proving(parts: OperationParts, proof: Proof): OperationParts {
  const { journal, freezer } = parts;
  const proven: JournalPort = {
    append: (entry) => journal.append(isAnAct(entry) ? { ...entry, proof } : entry),
    durable: () => journal.durable(),
    get disk() {
      return journal.disk;
    },
  };
  const stopping: OperationParts['freezer'] = {
    stop: (stop, occasion) => freezer.stop(stop, { ...occasion, proof }),
  };
  return {
    ...parts,
    // It may be another one before the act is done.
    get policy() {
      return parts.policy;
    },
    journal: proven,
    freezer: stopping,
    proof,
  };
}

/** What somebody did, and not what came of it. */
function isAnAct(entry: Entry): entry is Extract<Entry, { readonly by: string }> {
  return 'by' in entry;
}
