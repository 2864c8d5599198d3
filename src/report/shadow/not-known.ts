import type { ShadowEvidence } from '../../evidence/shadow/evidence.ts';
import type { Behind } from '../../evidence/shadow/behind.ts';
import { counted, countedAs } from '../page/amounts.ts';
import { lengthText, listed, shareText } from './words.ts';

/** Something that this evidence does not tell. */
export interface NotKnown {
  readonly text: string;
  /** The calls that it concerns, where it concerns calls. */
  readonly behind: Behind | null;
}

const HOW: Readonly<Record<string, string>> = {
  value: 'carry a value that was made up',
  subject: 'act on something that the session itself changed before',
  session: 'only come later in a session that was shown something made up',
};

const ORIGIN: Readonly<Record<string, string>> = {
  overlay: 'were an upstream’s with captured writes laid over',
  synthetic: 'were made up, as answers to captured writes',
  recorded: 'come from a recording: this door never saw those calls',
};

/** What must be known before any other number is believed, the gravest first. Empty only of an empty journal. */
export function notKnown(evidence: ShadowEvidence): readonly NotKnown[] {
  const { unknowns, overview, strata } = evidence;
  const { period, calls } = overview;
  if (period === null) return [];
  const { daysWithout, longestSilenceMs, resting, origins } = unknowns;
  const about = (behind: Behind, text: string): NotKnown[] => (behind.count === 0 ? [] : [{ text, behind }]);
  const just = (holds: boolean, text: string): NotKnown[] => (holds ? [{ text, behind: null }] : []);
  const ended = origins.reduce((sum, { behind }) => sum + behind.count, 0);
  const days = daysWithout.days.slice(0, 5).join(', ') + (daysWithout.count > 5 ? ', …' : '');
  const without = strata.dimensions.flatMap(({ name, strata: all }) =>
    name.startsWith('Hour') ? [] : all.filter(({ enough }) => enough === 'none'),
  );
  return [
    ...just(
      daysWithout.count > 0,
      `${counted(daysWithout.count, 'day')} of ${period.days} had no call at all: ${days}.`,
    ),
    ...just(longestSilenceMs > SILENCE_MS, `The longest time without a call was ${lengthText(longestSilenceMs)}.`),
    ...about(
      unknowns.unknownOutcomes,
      `${counted(unknowns.unknownOutcomes.count, 'call')} ended unseen: no answer, a 5xx, or a crash.`,
    ),
    ...about(unknowns.unended, `${countedAs(unknowns.unended.count, 'call', ['has', 'have'])} no end in the journal.`),
    ...about(
      unknowns.unanswered,
      `${counted(unknowns.unanswered.count, 'call')} could be given no honest answer in shadow: what the upstream would have said nobody knows.`,
    ),
    ...resting.flatMap(({ how, behind }) => about(behind, `${counted(behind.count, 'call')} ${HOW[how] ?? how}.`)),
    ...origins.flatMap(({ origin, behind }) =>
      origin === 'upstream'
        ? []
        : about(behind, `${shareText(behind.count, ended)} of answers ${ORIGIN[origin] ?? `are ${origin}`}.`),
    ),
    ...about(
      unknowns.unmerged,
      `${counted(unknowns.unmerged.count, 'read')} should have shown captured writes and did not.`,
    ),
    ...about(
      unknowns.sealed,
      `${counted(unknowns.sealed.count, 'call')} (${shareText(unknowns.sealed.count, calls.count)}) ${unknowns.sealed.count === 1 ? 'holds' : 'hold'} personal data that is sealed: its place is here, its value is not.`,
    ),
    ...about(
      unknowns.cutAnswers,
      `${countedAs(unknowns.cutAnswers.count, 'answer')} longer than what the journal keeps.`,
    ),
    ...about(
      unknowns.amountless,
      `${counted(unknowns.amountless.count, 'money call')} had no readable amount, and ${unknowns.amountless.count === 1 ? 'its' : 'their'} money is in no sum.`,
    ),
    ...just(
      unknowns.refusals > 0,
      `${countedAs(unknowns.refusals, 'request')} refused before ${unknowns.refusals === 1 ? 'it became a call' : 'they became calls'}.`,
    ),
    ...just(
      unknowns.unrecorded > 0,
      `${counted(unknowns.unrecorded, 'request')} of any agent ${unknowns.unrecorded === 1 ? 'was' : 'were'} turned away while the journal had no room.`,
    ),
    ...just(
      unknowns.freezes > 0,
      `The agent was frozen ${counted(unknowns.freezes, 'time')}: what it would have done meanwhile nobody knows.`,
    ),
    ...just(
      unknowns.erasures > 0,
      `${counted(unknowns.erasures, 'person', 'people')} had their data erased: it can be read no more.`,
    ),
    ...just(
      without.length > 0,
      `Nothing was seen of ${counted(without.length, 'situation')} that coverage lists, such as ${listed(without.slice(0, 3).map(({ name }) => name))}.`,
    ),
    ...just(
      evidence.headroom === null,
      'The policy in force could not be read again, so limits and blast radius are missing.',
    ),
    ...just(
      evidence.divergence === null,
      'What people or the system of today did in the same cases was not given, so nothing is compared with it.',
    ),
    ...just(evidence.review === null && evidence.people.opinions.length === 0, 'Nobody has reviewed a write.'),
  ];
}

/** Longer than a night. */
const SILENCE_MS = 12 * 3_600_000;
