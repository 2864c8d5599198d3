import { isTimeZone } from '../../../std/calendar.ts';
import { candidatesOf } from '../../../evidence/review/of-run.ts';
import { queue, type Candidate, type Candidates } from '../../../evidence/review/queue.ts';
import type { Opinion } from '../../../evidence/review/model.ts';
import { atDesk, atDoor } from '../../desk.ts';
import { CommandFailed } from '../../failure.ts';
import { USER_TOKEN } from '../../options.ts';
import { instantOf } from '../../report/scope.ts';
import { shadowRun } from '../../shadow-run.ts';

export interface ReviewArguments {
  readonly data: string;
  readonly policy: string;
  readonly agent: string | undefined;
  readonly by: string | undefined;
  readonly seed: number;
  readonly size: number;
  readonly each: number;
  readonly timezone: string | undefined;
  readonly from: string | undefined;
  readonly stage: string | undefined;
  readonly second: boolean;
  readonly 'show-opinions': boolean;
  readonly json: boolean;
}

/** Nobody reviews more by hand. */
const SIZE_MAX = 100_000;

/** With who reviews: whose token `INTERLOCK_USER_TOKEN` is, where nobody says another. */
export async function signed<Given extends ReviewArguments>(given: Given): Promise<Given> {
  if (given.by !== undefined || process.env[USER_TOKEN] === undefined) return given;
  const by = await atDoor(given.data, (desk) => desk.who());
  return { ...given, by: by ?? undefined };
}

/** The writes of a journal, those to be reviewed among them, and what was said of them so far. */
export async function candidatesIn(given: ReviewArguments): Promise<Candidates> {
  const { data, agent, seed, size, each, timezone, stage } = given;
  for (const [name, value, least] of [
    ['seed', seed, 0],
    ['size', size, 0],
    ['each', each, 1],
  ] as const) {
    if (Number.isInteger(value) && value >= least && value <= (name === 'seed' ? Number.MAX_SAFE_INTEGER : SIZE_MAX))
      continue;
    throw new CommandFailed(
      `Failed to read --${name} ${value}: name a whole number from ${least}${name === 'seed' ? '' : ` to ${SIZE_MAX}`}.`,
    );
  }
  if (timezone !== undefined && !isTimeZone(timezone)) {
    throw new CommandFailed(`Failed to read --timezone \`${timezone}\`: name a zone like UTC or Europe/Berlin.`);
  }
  const from = instantOf('from', given.from);
  const run = await shadowRun(data, agent ?? null);
  return candidatesOf(run, { seed, size, each }, { from, stage: stage ?? null, timeZone: timezone ?? null });
}

export function queueFor(given: ReviewArguments, all: Candidates): readonly Candidate[] {
  if (given.second && given.by === undefined) {
    throw new CommandFailed('--second is about somebody: --by NAME says whose second opinions these are.');
  }
  return queue(all, { by: reviewer(given) ?? null, second: given.second });
}

/** A write of the journal, chosen or not. A read has nothing that could be sane or wrong of it. */
export function candidateOf({ all }: Candidates, call: string, data: string): Candidate {
  const found = all.find(({ intent }) => intent.call === call);
  if (found !== undefined) return found;
  throw new CommandFailed(
    `Failed to review \`${call.slice(0, 200)}\`: no write of that name is in the journal in \`${data}\`. \`interlock review list\` shows what there is.`,
  );
}

/** Records an opinion: through the door that runs there, else in the journal itself. */
export async function assessed(
  given: ReviewArguments,
  { intent }: Candidate,
  opinion: Opinion,
  reason: string,
): Promise<void> {
  const { data, policy } = given;
  const by = demandReviewer(given);
  const assessment = { call: intent.call, agent: intent.agent, opinion, by, reason };
  await atDesk({ data, policy }, (desk) => desk.assess(assessment));
}

export function demandReviewer(given: ReviewArguments): string {
  const by = reviewer(given);
  if (by === undefined || by === '') throw new CommandFailed('Failed to review: say who reviews, --by NAME.');
  return by;
}

/** As the journal has it: a blank at the end makes no other person. */
const reviewer = ({ by }: ReviewArguments): string | undefined => by?.trim();
