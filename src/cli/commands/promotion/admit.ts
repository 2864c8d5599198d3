import type { CommandModule } from 'yargs';
import { atDesk } from '../../desk.ts';
import { byOption, dataOption, policyOption } from '../../options.ts';
import { standingText } from '../../standing-text.ts';
import { demandJournal } from '../audit/journal-there.ts';
import { fileOption, promotionFile } from './promotion-file.ts';
import type { PromotionArguments } from './show.ts';

interface AdmitArguments extends PromotionArguments {
  readonly file: string;
  readonly by: string;
  readonly policy: string;
  readonly data: string;
}

/** `interlock promotion admit FILE` */
export const admit: CommandModule<PromotionArguments, AdmitArguments> = {
  command: 'admit <file>',
  describe: 'Let the agent work where the promotion says that it may, from now on; the door verifies it first',
  builder: (yargs) =>
    yargs
      .positional('file', fileOption)
      .option('by', byOption)
      .option('policy', policyOption)
      .option('data', dataOption),
  handler: async ({ file, by, json, ...where }) => {
    demandJournal(where.data);
    const envelope = promotionFile(file);
    const admitted = await atDesk(where, (desk) => desk.admitPromotion(envelope, by));
    if (json) return console.log(JSON.stringify(admitted));
    console.log(`${admitted.promotion} is admitted. ${standingText(admitted)}`);
  },
};
