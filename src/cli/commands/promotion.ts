import type { CommandModule } from 'yargs';
import { jsonOption } from '../options.ts';
import { admit } from './promotion/admit.ts';
import { revoke } from './promotion/revoke.ts';
import { show, type PromotionArguments } from './promotion/show.ts';
import { verify } from './promotion/verify.ts';

/** `interlock promotion`: one file for each of its commands, in `promotion/`. */
export const promotion: CommandModule<object, PromotionArguments> = {
  command: 'promotion',
  describe: 'Show, verify, admit and revoke what the gate signed',
  builder: (yargs) =>
    yargs
      .option('json', jsonOption)
      .command(show)
      .command(verify)
      .command(admit)
      .command(revoke)
      .demandCommand(1, 'Name one of show, verify, admit, revoke.'),
  handler: () => undefined,
};
