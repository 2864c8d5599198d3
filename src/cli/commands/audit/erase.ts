import type { CommandModule } from 'yargs';
import { atDesk } from '../../desk.ts';
import { decidedByOption, policyOption } from '../../options.ts';
import { demandJournal, type AuditArguments } from './journal-there.ts';

interface EraseArguments extends AuditArguments {
  readonly person: string;
  readonly mentioning: readonly string[];
  readonly by: string;
  readonly reason: string;
  readonly policy: string;
}

const PERSON_FORM = 'the `person` of a route in the policy has it: customer:cus_1';

/** `interlock audit erase PERSON --by NAME` */
export const eraseCommand: CommandModule<AuditArguments, EraseArguments> = {
  command: 'erase <person>',
  describe: "Make a person's sealed data unreadable, for good, and journal that; every proof stays valid",
  builder: (yargs) =>
    yargs
      .positional('person', {
        type: 'string',
        demandOption: true,
        describe: 'As the policy names a person, customer:cus_1; or a call that is of nobody, call_…',
      })
      .option('mentioning', {
        alias: 'm',
        type: 'string',
        array: true,
        default: [],
        describe: 'An e-mail address, a name: what is kept as of nobody (notes, searches) and says it goes too',
      })
      .option('by', decidedByOption)
      .option('reason', {
        alias: 'r',
        type: 'string',
        default: 'asked for',
        describe: 'Why. It stays in the journal: name nobody here',
      })
      .option('policy', policyOption),
  handler: async ({ person, mentioning, by, reason, json, ...where }) => {
    demandJournal(where.data);
    const erased = await atDesk(where, (desk) => desk.erase(person, mentioning, by, reason));
    if (json) return console.log(JSON.stringify(erased));
    const { keys, values, others } = erased;
    console.log(
      keys === 0
        ? `Nothing was kept under \`${person}\`. That it was asked for is in the journal now. Write the person as ${PERSON_FORM}.`
        : `Erased: ${values} sealed values can be read no more, here. Copies of \`vault/keys\` made elsewhere have to go too.`,
    );
    if (others > 0) console.log(`${others} values kept of other people mention what you named, and were left to them.`);
  },
};
