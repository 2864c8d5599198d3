import { faultsBehind, isWeekend, shownCalls, writesBehind } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import { enough } from './enough.ts';
import type { ClassJudge, Judge } from './gate-case.ts';
import { daysUntil, daysUntilOn } from './pace.ts';
import type { Criterion } from '../criterion.ts';
import { counted, listed, whole } from './wording.ts';

const WEEKDAYS = 5;
const WEEKEND_DAYS = 2;

/** That a class was seen in each kind of situation in which it may be used: what happened on weekdays says nothing of Sunday night. */
export const strata: ClassJudge = (at, of, terms) => {
  const { evidence, demanded } = at;
  const { weekdays, weekend } = demanded.strata;
  const said = { id: 'strata', class: of.route, unit: 'write', hint: 'let it work on through more of them' } as const;
  return [
    enough({
      ...said,
      title: 'writes on weekdays',
      demanded: weekdays,
      seen: of.weekdays,
      daysLeft: daysUntilOn(at, weekdays - of.weekdays, of.weekdays, evidence.days.weekdays, WEEKDAYS),
      behind: [writesBehind(evidence, of, `NOT ${isWeekend(evidence)}`)],
    }),
    enough({
      ...said,
      title: 'writes at weekends',
      demanded: weekend,
      seen: of.weekend,
      daysLeft: daysUntilOn(at, weekend - of.weekend, of.weekend, evidence.days.weekend, WEEKEND_DAYS),
      behind: [writesBehind(evidence, of, isWeekend(evidence))],
    }),
    ...amounts(at, of, terms),
  ];
};

/** Each band of amounts that it may ask for alone: an agent that refunds 20 dollars well may refund 2,000 otherwise. */
const amounts: ClassJudge = (at, of) => {
  const demanded = at.demanded.strata.amounts;
  const bands = of.amounts.filter(({ allowed }) => allowed);
  const movesMoney = of.effect === 'money' || of.amounts.length > 0;
  if (!movesMoney) return [];
  const short = bands.filter(({ meant }) => meant < demanded).toSorted((a, b) => a.meant - b.meant);
  const [least] = short;
  const said = {
    id: 'strata',
    class: of.route,
    title: 'writes in each band of amounts',
    observed:
      bands.length === 0
        ? 'no amount'
        : listed(
            bands.map(({ band, meant }) => `${whole(meant)} of ${band}`),
            bands.length,
          ),
    behind: [writesBehind(at.evidence, of, 'amount_micros IS NOT NULL')],
  } as const;
  if (demanded === 0) return [criterionOf({ ...said, required: 'none', outcome: 'waived' })];
  const isEnough = bands.length > 0 && least === undefined;
  return [
    criterionOf({
      ...said,
      required: `${whole(demanded)} or more in each`,
      margin: margin(demanded, bands, least),
      outcome: isEnough ? 'pass' : 'inconclusive',
      lacking:
        least === undefined
          ? `${of.route}: it moves money, and no amount was seen; let it work on`
          : `${of.route}: too few writes of ${listed(short.map(({ band }) => band))}; give it work of such amounts, or forbid them with a narrower \`when\` or collar`,
      daysLeft: slowest(short.map(({ meant }) => daysUntil(at, demanded - meant, meant))),
    }),
  ];
};

function margin(
  demanded: number,
  bands: readonly { readonly meant: number }[],
  least: { readonly meant: number } | undefined,
): string | null {
  if (bands.length === 0) return null;
  const fewest = Math.min(...bands.map(({ meant }) => meant));
  return least === undefined
    ? `${counted(fewest - demanded, 'write')} to spare`
    : `${counted(demanded - fewest, 'write')} short`;
}

/** The last of them; `undefined` where of one it cannot be said. */
function slowest(days: readonly (number | undefined)[]): number | undefined {
  const known = days.filter((each) => each !== undefined);
  return known.length < days.length || known.length === 0 ? undefined : Math.max(...known);
}

/** Calls that met a fault of their upstream: what it does when the business does not answer is seen only then. */
export const faults: Judge = (at): readonly Criterion[] => {
  const { calls, shown } = at.evidence.faults;
  const demanded = at.demanded.strata.faults;
  return [
    enough({
      id: 'strata',
      title: 'calls that met a fault',
      unit: 'call',
      demanded,
      seen: calls,
      hint: 'let it work on: nobody has seen yet what it does when a business refuses, fails or does not answer',
      daysLeft: daysUntil(at, demanded - calls, calls),
      behind: [faultsBehind(at.evidence), ...shownCalls(shown)],
    }),
  ];
};
