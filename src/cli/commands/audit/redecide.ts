import type { CommandModule } from 'yargs';
import { ENGINE_VERSION, pseudonymKey, recogniser, redecide, type PolicyEntry } from '../../../journal/index.ts';
import { loadRecorded, type LoadedPolicy } from '../../../policy/index.ts';
import { CommandFailed } from '../../failure.ts';
import { demandJournal, type AuditArguments } from './journal-there.ts';

/** `interlock audit redecide` */
export const redecideCommand: CommandModule<AuditArguments, AuditArguments> = {
  command: 'redecide',
  describe: 'Decide every recorded call again under its own policy; the verdicts must be the same',
  handler: ({ data, json }) => {
    demandJournal(data);
    const key = pseudonymKey(data);
    const { calls, differences, different, decisions } = redecide(
      data,
      (recorded) => policyOf(recorded).policy,
      (recorded) => recogniser(policyOf(recorded).privacy, key),
    );
    if (json) console.log(JSON.stringify({ calls, different, decisions, engine: ENGINE_VERSION, differences }));
    else if (different === 0)
      console.log(
        `${calls} calls decided again by ${ENGINE_VERSION}: every verdict and finding is the same.\nDecisions: sha256:${decisions.now}`,
      );
    else {
      for (const difference of differences.slice(0, SHOWN_MAX)) console.error(JSON.stringify(difference));
      console.error(
        `${different} records differ, in ${calls} calls: the journal was not decided by this version under its own policy. --json shows more.\n` +
          `Decisions as recorded: sha256:${decisions.recorded}\nDecisions now: sha256:${decisions.now}`,
      );
    }
    if (different > 0) process.exitCode = 1;
  },
};

function policyOf(recorded: PolicyEntry): LoadedPolicy {
  const loaded = loadRecorded(recorded);
  if (loaded.ok) return loaded.value;
  throw new CommandFailed(`Failed to decide the journal again: this version cannot read its policy ${recorded.file}.`);
}

/** Enough to see what differs. */
const SHOWN_MAX = 3;
