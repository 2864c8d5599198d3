import type { CallEntry, Recorded } from '../../journal/entry.ts';
import type { Archive } from './archive.ts';
import { callStory } from './call-story.ts';
import { LEDGER_MAX, ledgerFrom, ledgerOf, moneyOf, PLACES_MAX } from './ledger.ts';
import { isRecorded, recordedDeed, tookEffect, wouldHave } from './recorded.ts';
import { only } from './steps.ts';
import { standingsOf } from './standings.ts';
import { stopsOf } from './stops.ts';
import type { Account, CallStory, Ledger, Meaning, NoteTold, Step, Total, Waits } from './told.ts';
import { approving, becauseOf, deed, fullTime, several, spoken } from './wording.ts';

/** Writes that are told whole below a ledger; for the others it names the command. */
export const STORIES_MAX = 3;

const AGENTS_NAMED = 5;
/** Held calls whose command stands in a summary, the latest. */
const WAITING_NAMED = 3;

/** Everything that was done to something, or by somebody, and the stories that matter most. */
export async function accountOf(archive: Archive, of: Meaning): Promise<Account> {
  const { ledger, notes } = await gathered(archive, of);
  const { stories, more } = await storiesOf(archive, ledger);
  const stops = of.role === 'agent' ? await stopsOf(archive, of.name) : [];
  const standings = of.role === 'agent' ? await standingsOf(archive, of.name) : [];
  const gaps = [
    ...(ledger.omitted > 0 ? [`Only the last ${LEDGER_MAX} writes are shown; ${ledger.omitted} came before.`] : []),
    ...(of.mentions >= PLACES_MAX
      ? [`It is mentioned more often than is looked at: only the last ${PLACES_MAX} mentions were.`]
      : []),
  ];
  return {
    kind: 'account',
    of,
    summary: summaryOfAccount(of, ledger),
    ledger,
    notes,
    stops,
    standings,
    stories,
    untold: more,
    gaps,
  };
}

async function gathered(
  archive: Archive,
  of: Meaning,
): Promise<{ readonly ledger: Ledger; readonly notes: readonly NoteTold[] }> {
  if (of.role === 'subject' || of.role === 'id') return { ledger: await ledgerOf(archive, of.name), notes: [] };
  if (of.role === 'session') {
    const records = await archive.read((await archive.session(of.agent ?? '', of.name)).slice(-PLACES_MAX));
    const notes = only(records, 'note').map(({ at, text, call }): NoteTold => ({
      at,
      text,
      about: call,
      when: 'before',
    }));
    return { ledger: await ledgerFrom(archive, of.name, only(records, 'call')), notes };
  }
  const role = of.role === 'grant' || of.role === 'task' || of.role === 'agent' ? of.role : 'subject';
  const places = await archive.find(of.name, { kinds: ['call'], roles: [role], last: PLACES_MAX });
  const found: readonly Recorded<CallEntry>[] = only(await archive.read(places), 'call');
  // An agent's reads are not kept by its name, but for those that were refused: a count of these would be no count.
  const calls = of.role === 'agent' ? found.filter(({ effect }) => effect !== 'read') : found;
  return { ledger: await ledgerFrom(archive, of.name, calls), notes: [] };
}

/** Those that took effect or may have before those that did not; the larger before the smaller, the later before the earlier. */
async function storiesOf(
  archive: Archive,
  { steps }: Ledger,
): Promise<{ readonly stories: readonly CallStory[]; readonly more: number }> {
  // A held call is told with the one that it became.
  const own = steps.filter(({ became }) => became === null);
  const chosen = own
    .toSorted((a, b) => weight(b) - weight(a) || size(b) - size(a) || b.seq - a.seq)
    .slice(0, STORIES_MAX);
  const stories = await Promise.all(
    chosen.toSorted((a, b) => a.seq - b.seq).map(({ call }) => callStory(archive, call)),
  );
  return { stories: stories.filter((story) => story !== undefined), more: own.length - chosen.length };
}

function weight({ verdict, end, amount }: Step): number {
  const money = amount === null ? 0 : 1;
  if ((verdict === 'allow' || end?.origin === 'recorded') && end?.effectiveness !== 'ineffective') return 4 + money;
  return verdict === 'capture' || verdict === 'hold' ? 2 + money : money;
}

const size = ({ amount }: Step): number => (amount === null ? 0 : Number(amount.micros));

function summaryOfAccount(of: Meaning, ledger: Ledger): readonly string[] {
  const { steps, omitted, reads, agents, totals } = ledger;
  const name = of.role === 'subject' ? spoken(of.name) : of.role === 'id' ? of.name : `the ${of.role} ${of.name}`;
  const writes = steps.filter(({ became }) => became === null).length + omitted;
  if (writes === 0) {
    const looked = reads === 0 ? 'Nothing' : `Nothing but ${several(reads, 'read')}`;
    return [`${looked} was done to ${name}, as far as this journal knows.`];
  }
  const sentences = [
    `${of.role === 'id' ? name : name.slice(0, 1).toUpperCase() + name.slice(1)}: ${several(writes, 'write')} by ${listed(agents)}${reads === 0 ? '' : `, and ${several(reads, 'read')}`}.`,
    ...totals.flatMap(totalWords),
  ];
  const own = steps.filter((step) => !isRecorded(step));
  const refused = own.filter(({ verdict }) => verdict === 'deny').length;
  if (refused > 0) sentences.push(`${several(refused, 'was', 'were')} refused, and never left the door.`);
  sentences.push(...heldWords(own));
  sentences.push(...recordedTotal(steps.filter(isRecorded)));
  return sentences;
}

/** What was held and never sent, and what somebody may still do about it. */
function heldWords(steps: readonly Step[]): readonly string[] {
  const held = steps.filter(({ became }) => became === null).flatMap(({ waits }) => (waits === null ? [] : [waits]));
  const of = (word: Waits['word']): readonly Waits[] => held.filter((one) => one.word === word);
  const [waiting, approved, refused] = [of(null), of('approved'), of('refused')];
  const open = new Map(waiting.map((one) => [one.asked, one]));
  return [
    ...(refused.length === 0 ? [] : [`${several(refused.length, 'was', 'were')} refused by a human, and not sent.`]),
    ...(approved.length === 0
      ? []
      : [`${several(approved.length, 'was', 'were')} approved by a human, and not sent again.`]),
    ...(waiting.length === 0
      ? []
      : [
          `${several(waiting.length, 'was', 'were')} held for a human who has not answered, and not sent.`,
          ...[...open.values()]
            .slice(-WAITING_NAMED)
            .map(
              ({ asked, until }) =>
                `To let it through${until === null ? '' : `, until ${fullTime(until)}`}: \`${approving(asked)}\`.`,
            ),
        ]),
  ];
}

/** What is from a recording happened there, whatever this policy would have made of it. */
function recordedTotal(steps: readonly Step[]): readonly string[] {
  if (steps.length === 0) return [];
  const stopped = steps.filter(({ verdict }) => verdict === 'deny' || verdict === 'hold');
  const made = stopped.filter(tookEffect).length;
  const would =
    stopped.length === 0
      ? ''
      : `; this policy would have refused or held ${stopped.length} of them, of which ${made} took effect`;
  return [`${several(steps.length, 'is', 'are')} from a recording, made without this door${would}.`];
}

function listed(agents: readonly string[]): string {
  const shown = agents.slice(0, AGENTS_NAMED);
  const rest = agents.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${several(rest, 'other')}` : shown.join(' and ');
}

export function totalWords({ route, currency, done, unknown, meant }: Total): readonly string[] {
  const sentences: string[] = [];
  if (done.calls > 0)
    sentences.push(`${route}: ${moneyOf(done.micros, currency)} took effect, in ${several(done.calls, 'call')}.`);
  if (unknown.calls > 0)
    sentences.push(
      `${route}: ${moneyOf(unknown.micros, currency)} may have taken effect, in ${several(unknown.calls, 'call')} of which nobody saw the outcome.`,
    );
  if (meant.calls > 0)
    sentences.push(
      `${route}: ${moneyOf(meant.micros, currency)} was meant, in ${several(meant.calls, 'call')} that shadow kept from being sent.`,
    );
  return sentences;
}

/** One line about one write. */
export function shortly(step: Step): string {
  const { agent, at, verdict, end, because } = step;
  const when = `at ${fullTime(at)}`;
  if (isRecorded(step)) {
    const would = wouldHave(step);
    return `${agent} ${recordedDeed(step)} ${when}, as recorded: ${endShortly(step)}${would === '' ? '' : `; ${would}`}.`;
  }
  if (verdict === 'deny')
    return `${agent} wanted to ${deed(step, 'wish')} ${when}; refused: ${because === null ? '' : becauseOf(because)}.`;
  if (verdict === 'hold') return `${agent} wanted to ${deed(step, 'wish')} ${when}; ${waitsWords(step)}.`;
  if (verdict === 'capture') return `${agent} meant to ${deed(step, 'wish')} ${when}; nothing was sent.`;
  if (end?.effectiveness === 'effective') return `${agent} ${deed(step, 'fact')} ${when}.`;
  return `${agent} tried to ${deed(step, 'wish')} ${when}; ${endShortly(step)}.`;
}

/** What came of a held call. */
export function waitsWords({ waits, became }: Pick<Step, 'waits' | 'became'>): string {
  if (became !== null) return 'a human approved it';
  switch (waits?.word ?? null) {
    case 'approved':
      return 'a human approved it, and it was not sent again';
    case 'refused':
      return 'a human refused it';
    default:
      return 'no human has answered';
  }
}

function endShortly({ end }: Step): string {
  if (end?.effectiveness === 'effective') return 'it took effect';
  return end?.effectiveness === 'ineffective' ? 'it did not happen' : 'nobody knows whether it happened';
}
