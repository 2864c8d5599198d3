import type { CommandModule } from 'yargs';
import { readPromotion } from '../../../promotion/index.ts';
import { visibleJson, visibleLine } from '../../../report/visible.ts';
import { CommandFailed } from '../../failure.ts';
import { promotionText } from '../../promotion-text.ts';
import { fileOption, promotionFile } from './promotion-file.ts';

export interface PromotionArguments {
  readonly json: boolean;
}

interface ShowArguments extends PromotionArguments {
  readonly file: string;
}

/** `interlock promotion show FILE` */
export const show: CommandModule<PromotionArguments, ShowArguments> = {
  command: 'show <file>',
  describe: 'Show what a promotion says. Whether it holds is for `promotion verify`',
  builder: (yargs) => yargs.positional('file', fileOption),
  handler: ({ file, json }) => {
    const read = readPromotion(promotionFile(file));
    if (!read.ok) throw new CommandFailed(`Failed to show \`${file}\`. ${read.failure.message}`);
    const { promotion, envelope } = read.value;
    const keyids = envelope.signatures.map(({ keyid }) => keyid);
    if (json) return console.log(visibleJson(JSON.stringify({ promotion, keyids })));
    const said = keyids.length === 0 ? 'by nobody' : `so it says, by ${visibleLine(keyids.join(', '))}`;
    console.log(promotionText(promotion, `${said}; \`interlock promotion verify\` looks whether that is so`));
  },
};
