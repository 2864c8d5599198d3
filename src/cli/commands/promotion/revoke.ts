import { existsSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { readPromotion, shelfIn } from '../../../promotion/index.ts';
import { atDesk } from '../../desk.ts';
import { CommandFailed } from '../../failure.ts';
import { dataOption, decidedByOption, policyOption } from '../../options.ts';
import { standingText } from '../../standing-text.ts';
import { demandJournal } from '../audit/journal-there.ts';
import { promotionFile } from './promotion-file.ts';
import type { PromotionArguments } from './show.ts';

interface RevokeArguments extends PromotionArguments {
  readonly promotion: string;
  readonly agent: string | undefined;
  readonly by: string;
  readonly reason: string;
  readonly policy: string;
  readonly data: string;
}

/** `interlock promotion revoke ID|FILE --by … --reason …` */
export const revoke: CommandModule<PromotionArguments, RevokeArguments> = {
  command: 'revoke <promotion>',
  describe: 'Take a promotion back for good, admitted or not',
  builder: (yargs) =>
    yargs
      .positional('promotion', {
        type: 'string',
        demandOption: true,
        describe: 'promotion_…, or its file',
      })
      .option('agent', {
        alias: 'a',
        type: 'string',
        describe: 'Whose it is; needed for one that was never admitted here and is no file',
      })
      .option('by', decidedByOption)
      .option('reason', { alias: 'r', type: 'string', demandOption: true, describe: 'Why, for the audit trail' })
      .option('policy', policyOption)
      .option('data', dataOption),
  handler: async ({ promotion: named, agent, by, reason, json, ...where }) => {
    demandJournal(where.data);
    const { id, of } = promotionNamed(named, agent, where.data);
    const revoked = await atDesk(where, (desk) => desk.revokePromotion(id, of, by, reason));
    if (json) return console.log(JSON.stringify(revoked));
    console.log(`${revoked.promotion} is revoked, for good. ${standingText(revoked)}`);
  },
};

function promotionNamed(
  named: string,
  agent: string | undefined,
  data: string,
): { readonly id: string; readonly of: string } {
  const text = existsSync(named) ? promotionFile(named) : shelfIn(data).envelope(named);
  const read = text === undefined ? undefined : readPromotion(text);
  if (read?.ok === true) return { id: read.value.promotion.id, of: agent ?? read.value.promotion.agent };
  if (read !== undefined && existsSync(named))
    throw new CommandFailed(`Failed to revoke \`${named}\`. ${read.failure.message}`);
  if (agent !== undefined) return { id: named, of: agent };
  throw new CommandFailed(
    `Failed to revoke \`${named}\`: it was never admitted here, and is no file. Name its file, or whose it is: --agent A.`,
  );
}
