import type { CommandModule } from 'yargs';
import { revealed } from '../../journal/index.ts';
import { asking, chosen, type Ask } from '../approve/asking.ts';
import { effectsText } from '../approve/effects.ts';
import { recorded } from '../approve/recorded.ts';
import { atDesk, lookAtDesk, type Place } from '../desk.ts';
import { CommandFailed, CommandMisread } from '../failure.ts';
import { holdRequest } from '../hold-view.ts';
import { askedByOption, byOption, dataOption, jsonOption, placeOptions, policyOption } from '../options.ts';
import { paintFor } from '../terminal/paint.ts';
import { demandJournal } from './audit/journal-there.ts';

/** What `reject` is told. */
export interface ReviewArguments {
  readonly call: string;
  readonly reason: string;
  readonly by: string;
  readonly policy: string;
  readonly data: string;
  readonly json: boolean;
}

interface ApproveArguments extends Place {
  readonly call: string | undefined;
  readonly reason: string | undefined;
  readonly by: string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Who says yes to what, and why: the whole of an approval. */
interface Word {
  readonly call: string;
  readonly by: string;
  readonly reason: string;
}

/** `interlock approve [CALL] --by NAME --reason …` */
export const approve: CommandModule<object, ApproveArguments> = {
  command: 'approve [call]',
  describe: 'Let a held call through: exactly this one, once, until it expires',
  builder: (yargs) =>
    yargs
      .positional('call', {
        type: 'string',
        describe: 'call_…, as `interlock holds` shows it; without it, a terminal asks which',
      })
      .option('reason', { alias: 'r', type: 'string', describe: 'Why it is right; without it, a terminal asks' })
      .option('by', askedByOption)
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Show nothing and ask nothing' })
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('json', jsonOption),
  handler: async (given) => {
    const { yes, json, policy, data } = given;
    const where = { policy, data };
    demandJournal(data);
    const isAsked = !yes && !json && process.stdin.isTTY && process.stderr.isTTY;
    const word = isAsked ? await asking((ask) => askedWord(given, where, ask)) : await givenWord(given, where);
    if (word === undefined) {
      console.error('Nothing was approved.');
      process.exitCode = 1;
      return;
    }
    const approved = await atDesk(where, (desk) => desk.approve(word.call, word.by, word.reason));
    if (json) return console.log(JSON.stringify(approved));
    const { agent, expiresAt } = approved;
    console.log(`Approved. ${agent} may send this call once, until ${expiresAt}; nothing has been sent yet.`);
  },
};

/** From the command line alone. */
async function givenWord({ call, by, reason }: ApproveArguments, where: Place): Promise<Word> {
  if (call === undefined) {
    await chosen(await waitingAt(where), undefined, Date.now());
    throw new CommandFailed('Failed to approve: no call waits for a human.');
  }
  if (by === undefined || reason === undefined) {
    const lacking = [...(by === undefined ? ['--by'] : []), ...(reason === undefined ? ['--reason'] : [])];
    throw new CommandMisread(`Failed to approve: ${lacking.join(' and ')} is needed where no terminal asks.`);
  }
  return { call, by, reason };
}

/** What a yes does is shown before it is asked for. `undefined`: it was no yes. */
async function askedWord(given: ApproveArguments, where: Place, ask: Ask): Promise<Word | undefined> {
  const waiting = await waitingAt(where);
  const hold =
    given.call === undefined ? await chosen(waiting, ask, Date.now()) : waiting.find(({ call }) => call === given.call);
  if (hold === undefined) {
    if (given.call === undefined && waiting.length > 0) return undefined;
    throw new CommandFailed(
      given.call === undefined
        ? 'No call waits for a human.'
        : `Failed to approve \`${given.call}\`: it does not wait for a human. \`interlock holds\` shows what does.`,
    );
  }
  const { call } = hold;
  const view = await lookAtDesk(where, (desk) => desk.hold(call));
  const request = revealed(where.data, recorded(where.data, call));
  const shown = revealed(where.data, { hold }).hold;
  const here = { options: placeOptions(where), now: Date.now() };
  console.error(
    `${holdRequest(shown, request, here)}\n\n${effectsText(view, paintFor(process.stderr, process.env))}\n`,
  );
  if (!/^y(?:es)?$/i.test(((await ask('Approve exactly this, once? [y/N] ')) ?? '').trim())) return undefined;
  const by = given.by ?? answered(await ask(`Who says so? [${byOption.default}] `), byOption.default);
  const reason = given.reason ?? answered(await ask('Why is it right? '), '');
  if (by === undefined || reason === undefined || reason === '') return undefined;
  return { call, by, reason };
}

function answered(answer: string | undefined, otherwise: string): string | undefined {
  return answer === undefined ? undefined : answer.trim() || otherwise;
}

function waitingAt(where: Place) {
  return lookAtDesk(where, (desk) => desk.holds(null));
}
