import { daysBehind, sessionsBehind } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import { enough } from './enough.ts';
import type { Judge } from './gate-case.ts';
import { daysBetween, daysUntil, elapsedDays, isCollecting } from './pace.ts';
import { counted, whole } from './wording.ts';

/** Days from the first to the last call that counts: what happens weekly, monthly or at night has had its chance. */
export const days: Judge = (at) => {
  const { evidence, demanded } = at;
  const { first, last, weekdays, weekend } = evidence.days;
  const seen = first === null || last === null ? 0 : daysBetween(first, last);
  const said = {
    id: 'days',
    title: 'days',
    observed: `${tenths(seen)} days, with calls on ${counted(weekdays, 'weekday')} and ${counted(weekend, 'weekend day')}`,
    behind: [daysBehind(evidence)],
  } as const;
  if (demanded.days === 0) return [criterionOf({ ...said, required: 'none', outcome: 'waived' })];
  const missing = demanded.days - seen;
  // They go by whether it works or not; what lacks then is a call at their end.
  const left = first === null || !isCollecting(at) ? undefined : Math.ceil(demanded.days - elapsedDays(at));
  return [
    criterionOf({
      ...said,
      required: `${whole(demanded.days)} or more`,
      margin:
        missing > 0 ? `${tenths(missing, Math.ceil)} days short` : `${tenths(seen - demanded.days)} days to spare`,
      outcome: missing > 0 ? 'inconclusive' : 'pass',
      lacking: `its calls span ${tenths(seen)} of ${counted(demanded.days, 'day')}${evidence.basis.reset === null ? '' : ` since what came before counts no more (${evidence.basis.reset})`}; let it work on`,
      daysLeft: left === undefined ? undefined : Math.max(0, left),
    }),
  ];
};

/** Sessions that meant to write: the trials that everything else is counted in. */
export const sessions: Judge = (at) => {
  const { evidence, demanded } = at;
  const { writing, all } = evidence.sessions;
  return [
    enough({
      id: 'sessions',
      title: 'sessions that meant to write',
      unit: 'session',
      demanded: demanded.sessions,
      seen: writing,
      remark: `of ${whole(all)} in all`,
      hint: 'let it work on',
      daysLeft: daysUntil(at, demanded.sessions - writing, writing),
      behind: [sessionsBehind(evidence)],
    }),
  ];
};

const tenths = (days: number, to = Math.floor): string => (to(days * 10) / 10).toLocaleString('en-US');
