import { prng, type Prng } from '../src/std/prng.ts';
import { arrivals, arrivalsByDay } from './arrivals.ts';
import { CONFIDENCE, countPromoted, HORIZON_SESSIONS } from './promotion.ts';
import { lookedAt, neededBy, type Rule } from './rules.ts';

/** Harm that does not come evenly, and how often an agent on the line was let pass. */
export interface Clustered {
  readonly harm: string;
  readonly rule: string;
  readonly promoted: number;
  readonly runs: number;
}

const LIMIT = 0.01;
const WRITES = 5;
export const SESSIONS_PER_DAY = 50;
const DAYS_MIN = 14;

/**
 * Sessions of five writes. In one of a hundred sessions all five are wrong: one in a hundred writes is wrong as well, and who counts
 * writes sees five times as many trials as there are.
 */
export function clusteredWrites(runs: number, seed: number): readonly Clustered[] {
  const rule = lookedAt('', neededBy(LIMIT, CONFIDENCE, 'continuous'));
  const random = prng(seed);
  const sessions = (): Iterable<number> => arrivals(random, LIMIT, HORIZON_SESSIONS);
  const bySession = countPromoted([rule], sessions, runs);
  const byWrite = countPromoted([rule], () => writesOf(sessions()), runs, HORIZON_SESSIONS * WRITES);
  const harm = `all ${WRITES} writes of 1 % of the sessions`;
  return [
    { harm, rule: 'a trial is a session', promoted: bySession[0] as number, runs },
    { harm, rule: 'a trial is a write', promoted: byWrite[0] as number, runs },
  ];
}

function* writesOf(sessions: Iterable<number>): Generator<number> {
  for (const session of sessions) for (let left = WRITES - 1; left >= 0; left -= 1) yield session * WRITES - left;
}

interface Days {
  readonly harm: string;
  readonly rateOf: (random: Prng) => number;
}

/** One session in a hundred on average, unevenly over days. */
const DAYS: readonly Days[] = [
  { harm: 'every day alike', rateOf: () => LIMIT },
  { harm: 'every second day, on average, at 2 %', rateOf: (random) => (random.next() < 1 / 2 ? 2 * LIMIT : 0) },
  { harm: 'one day in ten at 10 %', rateOf: (random) => (random.next() < 1 / 10 ? 10 * LIMIT : 0) },
  { harm: 'one day in forty at 40 %', rateOf: (random) => (random.next() < 1 / 40 ? 40 * LIMIT : 0) },
];

export function clusteredDays(runs: number, seed: number): readonly Clustered[] {
  const sequence = lookedAt('at once', neededBy(LIMIT, CONFIDENCE, 'continuous'));
  const rules = [sequence, notBefore(DAYS_MIN), notBefore(10 * DAYS_MIN)];
  return DAYS.flatMap(({ harm, rateOf }) => {
    const random = prng(seed);
    const days = (): Iterable<number> => arrivalsByDay(random, rateOf, SESSIONS_PER_DAY, HORIZON_SESSIONS);
    const promoted = countPromoted(rules, days, runs);
    return rules.map((rule, index) => ({ harm, rule: rule.name, promoted: promoted[index] as number, runs }));
  });
}

/** The confidence sequence, not looked at before so many days are over. */
function notBefore(days: number): Rule {
  const needed = neededBy(LIMIT, CONFIDENCE, 'continuous');
  const first = days * SESSIONS_PER_DAY;
  return lookedAt(`not before day ${days}`, (events) => Math.max(first, needed(events)));
}
