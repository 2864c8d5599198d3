import { writeFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { whyJson } from '../../report/why/json.ts';
import { sealedIn, withSealedNamed } from '../../report/why/sealed.ts';
import { colourStyle } from '../../report/why/terminal.ts';
import { whyText } from '../../report/why/text.ts';
import { openArchive } from '../../warehouse/archive/open-archive.ts';
import type { Told } from '../../warehouse/why/told.ts';
import { tellWhy } from '../../warehouse/why/why.ts';
import { CommandFailed } from '../failure.ts';
import { dataOption, jsonOption, placeOptions, policyOption } from '../options.ts';
import { erasedAmong, pseudonyms, revealing } from '../../warehouse/why/sealed-values.ts';
import { demandJournal } from './audit/journal-there.ts';

export interface WhyArguments {
  readonly what: readonly string[];
  readonly data: string;
  readonly json: boolean;
  readonly html: string | undefined;
  readonly reveal: boolean;
}

const WIDTH_DEFAULT = 100;
const WIDTH_MAX = 120;

/** `interlock why <call | charge | order | customer | session>`: exit 1 where nothing is found. */
export const why: CommandModule<object, WhyArguments> = {
  command: 'why <what..>',
  describe: 'Tell what happened and why: of a call, a charge, an order, a customer, a session, an agent, a page',
  builder: (yargs) =>
    yargs
      .positional('what', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Any id that a call or an answer had: call_…, ch_1, charge:ch_1, a session, a task, an agent',
      })
      .option('data', dataOption)
      .option('json', jsonOption)
      .option('html', { type: 'string', describe: 'Write a page to this file: one file, for a browser or a printer' })
      .option('reveal', {
        type: 'boolean',
        default: false,
        describe: 'Show personal data that stands sealed, where it was not erased; not into a page',
      })
      .example('$0 why ch_2', 'Who did what to this charge, and why')
      .example('$0 why customer cus_9', 'Everything that was done to a customer, what it comes to, and each story')
      .example('$0 why call_0123456789ab00001 --html why.html', 'One call, as a page'),
  handler: tell,
};

/** Looks, and prints what it found. */
export async function tell({ what, data, json, html, reveal }: WhyArguments): Promise<void> {
  demandJournal(data);
  if (html !== undefined && reveal) {
    throw new CommandFailed(
      'Failed to write the page: --reveal would put personal data into a file that no erasure reaches. Use one of the two.',
    );
  }
  const archive = openArchive(data);
  const asked = reveal ? revealing(archive, data) : archive;
  const found = await tellWhy(asked, what.join(' '), pseudonyms(data)).finally(() => archive.close());
  if (found.kind === 'nothing') process.exitCode = 1;
  if (json) return console.log(whyJson(found));
  const erased = erasedAmong(data, sealedIn(found));
  const told = withSealedNamed(found, (token) => erased.has(token));
  if (html === undefined || !isPage(told)) return console.log(inWords(told, data));
  await writePage(html, told);
  console.log(`${html} tells it. Open it in a browser; it needs no network.`);
}

type Page = Extract<Told, { kind: 'call' | 'account' }>;

const isPage = (told: Told): told is Page => told.kind === 'call' || told.kind === 'account';

function inWords(told: Told, data: string): string {
  const place = placeOptions({ policy: policyOption.default, data });
  const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  const width = Math.min(WIDTH_MAX, process.stdout.columns ?? WIDTH_DEFAULT);
  return whyText(told, { width, place, now: Date.now(), ...(colours && { style: colourStyle }) });
}

/** The page's templates are loaded for it alone: most askers read a terminal. */
async function writePage(file: string, told: Page): Promise<void> {
  const { whyPage } = await import('../../report/why/page.ts');
  try {
    writeFileSync(file, whyPage(told, { writtenAt: Date.now() }));
  } catch (error) {
    throw new CommandFailed(`Failed to write the page to \`${file}\`: ${(error as Error).message}. Name another file.`);
  }
}
