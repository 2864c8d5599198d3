import type { CommandModule } from 'yargs';
import { openArchive, type OpenArchive } from '../../../warehouse/index.ts';
import type { Candidate } from '../../../evidence/review/queue.ts';
import type { Recorded } from '../../../journal/entry.ts';
import { revealed } from '../../../journal/index.ts';
import { candidateOf, candidatesIn, signed, type ReviewArguments } from './desk.ts';
import { candidateJson } from './list.ts';
import { story } from './story.ts';

interface ShowArguments extends ReviewArguments {
  readonly call: string;
}

/** `interlock review show CALL` */
export const show: CommandModule<ReviewArguments, ShowArguments> = {
  command: 'show <call>',
  describe: 'What the agent meant to do, why, and what it had read before',
  builder: (yargs) =>
    yargs.positional('call', { type: 'string', demandOption: true, describe: 'call_…, as `review list` shows it' }),
  handler: async (asked) => {
    const given = await signed(asked);
    const candidate = candidateOf(await candidatesIn(given), given.call, given.data);
    const archive = openArchive(given.data);
    try {
      const records = await sessionOf(archive, candidate, given.data);
      console.log(
        given.json ? JSON.stringify({ ...candidateJson(candidate, given), records }) : story(candidate, records, given),
      );
    } finally {
      archive.close();
    }
  },
};

/** What stands in the journal of a call's session, with the personal data that can still be opened: a person must see what there is to judge. */
export async function sessionOf(
  archive: OpenArchive,
  { intent }: Candidate,
  data: string,
): Promise<readonly Recorded[]> {
  const records = await archive.read(await archive.session(intent.agent, intent.session));
  return revealed(data, [...records]);
}
