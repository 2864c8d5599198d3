import { DriftAlarm, type Mix } from '../statistics/drift-alarm.ts';
import { mixBehind } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import type { Judge } from './gate-case.ts';
import { leastWhere } from './least.ts';
import { daysUntil } from './pace.ts';
import { confidenceText, counted, percent } from './wording.ts';

/** Stands for calls of a kind that was never seen, as no route does. */
const NEVER_SEEN = ' never seen';
/** A change that is not noticed within so many sessions of each half never is. */
const SESSIONS_MAX = 4_096;

/**
 * That the agent of the second half of the time is the one of the first: a model that was changed behind its name, or an agent that
 * learns, would have shown two things of which the bounds are the mean.
 *
 * It fails where a {@link DriftAlarm} on the first half rings in the second. Silence counts only where it would have rung, had half
 * of all calls become others: of few sessions it never does.
 */
export const steady: Judge = (at) => {
  const { evidence, demanded } = at;
  const { first, second } = evidence.mix;
  const halves = `${counted(first.length, 'session')} and ${counted(second.length, 'session')}`;
  const behind = [mixBehind(evidence)];
  const said = { id: 'steady', title: 'first half against second', behind } as const;
  if (!demanded.steady) return [criterionOf({ ...said, required: 'none', observed: halves, outcome: 'waived' })];
  const required = `no drift (${confidenceText(demanded.confidence)})`;
  const alarm = hearing(first, second, demanded.confidence);
  const [moved] = alarm.movements;
  if (alarm.crossed) {
    return [
      criterionOf({
        ...said,
        required,
        observed: `${halves}${moved === undefined ? '' : `; ${moved.category} from ${percent(moved.low)}–${percent(moved.high)} of a session to ${percent(moved.share)}`}`,
        margin: `drift ${alarm.evidence.toPrecision(2)} times as probable as none`,
        outcome: 'fail',
        lacking: `it does not do in the second half what it did in the first; find out what changed, and let it begin anew as another version`,
      }),
    ];
  }
  const isEnough = wouldNotice(first, second, demanded.confidence);
  const missing = isEnough ? 0 : furtherSessions(first, second, demanded.confidence);
  return [
    criterionOf({
      ...said,
      required,
      observed: `${halves}; drift ${alarm.evidence.toPrecision(2)} times as probable as none`,
      margin: isEnough || !Number.isFinite(missing) ? null : `${counted(missing, 'session')} short`,
      outcome: isEnough ? 'pass' : 'inconclusive',
      lacking: `in so few sessions not even another agent would be noticed; ${Number.isFinite(missing) ? `${counted(missing, 'further session')} would do` : 'let it work on'}`,
      daysLeft: daysUntil(at, missing, first.length + second.length),
    }),
  ];
};

function hearing(first: readonly Mix[], second: readonly Mix[], confidence: number): DriftAlarm {
  const alarm = new DriftAlarm(first, confidence);
  for (const session of second) alarm.hear(session);
  return alarm;
}

function wouldNotice(first: readonly Mix[], second: readonly Mix[], confidence: number): boolean {
  return first.length > 0 && hearing(first, second.map(halfChanged), confidence).crossed;
}

function halfChanged(mix: Mix): Mix {
  return { ...mix, [NEVER_SEEN]: Object.values(mix).reduce((sum, calls) => sum + calls, 0) };
}

/** How many sessions more, in both halves together, if they are as those were. */
function furtherSessions(first: readonly Mix[], second: readonly Mix[], confidence: number): number {
  const all = [...first, ...second];
  if (all.length === 0) return Infinity;
  const asMany = (count: number): readonly Mix[] =>
    Array.from({ length: count }, (_, index) => all[index % all.length] ?? {});
  const half = leastWhere(1, SESSIONS_MAX, (count) => wouldNotice(asMany(count), asMany(count), confidence));
  return Math.max(1, 2 * half - all.length);
}
