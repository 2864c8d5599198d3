import type { CommandModule } from 'yargs';
import { openArchive } from '../../../warehouse/index.ts';
import type { Opinion } from '../../../evidence/review/model.ts';
import type { Candidate } from '../../../evidence/review/queue.ts';
import { CommandFailed } from '../../failure.ts';
import { assessed, candidateOf, candidatesIn, demandReviewer, queueFor, signed, type ReviewArguments } from './desk.ts';
import { answersFrom, type Answers } from './answers.ts';
import { sessionOf } from './show.ts';
import { story } from './story.ts';

interface GiveArguments extends ReviewArguments {
  readonly call: string | undefined;
  readonly opinion: Opinion | undefined;
  readonly reason: string | undefined;
}

/** `interlock review CALL sane|wrong|unsure`, or one after another. */
export const give: CommandModule<ReviewArguments, GiveArguments> = {
  command: '$0 [call] [opinion]',
  describe: 'Record what you think of one call; without a call, of one after another',
  builder: (yargs) =>
    yargs
      .positional('call', { type: 'string', describe: 'call_…, as `review list` shows it' })
      .positional('opinion', { choices: ['sane', 'wrong', 'unsure'] as const, describe: 'What you think of it' })
      .option('reason', { alias: 'r', type: 'string', describe: 'Why' }),
  handler: async (asked) => {
    const given = await signed(asked);
    const { call, opinion, reason } = given;
    demandReviewer(given);
    if (call === undefined) return await oneAfterAnother(given);
    if (opinion === undefined || reason === undefined) {
      throw new CommandFailed(
        `Failed to review \`${call.slice(0, 200)}\`: say sane, wrong or unsure, and why: interlock review CALL sane --by NAME --reason …`,
      );
    }
    const candidate = candidateOf(await candidatesIn(given), call, given.data);
    await assessed(given, candidate, opinion, reason);
    console.log(
      given.json
        ? JSON.stringify({ call, opinion, by: given.by?.trim() })
        : `Recorded: ${given.by?.trim()} finds ${call} ${opinion}.`,
    );
  },
};

const KEYS: Readonly<Record<string, Opinion>> = { s: 'sane', w: 'wrong', u: 'unsure' };
const ASK = '[s]ane  [w]rong  [u]nsure  s[k]ip  [q]uit: ';
/** Ends a wait as Ctrl-C and Ctrl-D do where the terminal does not see to it. */
const END = new Set(['q', 'Q', '\u0003', '\u0004']);

async function oneAfterAnother(given: GiveArguments): Promise<void> {
  const waiting = queueFor(given, await candidatesIn(given)).filter(
    ({ opinions }) => !opinions.some(({ by }) => by === given.by?.trim()),
  );
  if (waiting.length === 0) return console.log('Nothing waits for your review.');
  const answers = answersFrom(process.stdin, process.stdout);
  const archive = openArchive(given.data);
  let recorded = 0;
  try {
    for (const [index, candidate] of waiting.entries()) {
      answers.clear();
      const records = await sessionOf(archive, candidate, given.data);
      console.log(`(${index + 1} of ${waiting.length})  ${story(candidate, records, given)}\n`);
      const said = await opinionOn(given, candidate, answers);
      if (said === 'quit') break;
      if (said !== 'skip') recorded += 1;
    }
  } finally {
    archive.close();
    answers.close();
  }
  console.log(`\n${recorded} recorded.`);
}

/** Asks until there is an answer that can be recorded. */
async function opinionOn(
  given: GiveArguments,
  candidate: Candidate,
  answers: Answers,
): Promise<Opinion | 'skip' | 'quit'> {
  for (;;) {
    const key = await answers.key(ASK);
    if (key === undefined || END.has(key)) return 'quit';
    if (key === 'k' || key === 'K') return 'skip';
    const opinion = Object.hasOwn(KEYS, key.toLowerCase()) ? KEYS[key.toLowerCase()] : undefined;
    if (opinion === undefined) continue;
    const reason = await answers.line(`${opinion}, because: `);
    if (reason === undefined) return 'quit';
    try {
      await assessed(given, candidate, opinion, reason);
      return opinion;
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      console.error(error.message);
      process.exitCode = 1;
    }
  }
}
