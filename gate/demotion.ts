import { clopperPearson } from '../src/gate/statistics/clopper-pearson.ts';
import { RateAlarm } from '../src/gate/statistics/rate-alarm.ts';
import { prng, type Prng } from '../src/std/prng.ts';
import { arrivals } from './arrivals.ts';
import { quantile } from './quantile.ts';

export const DEMOTION_LIMIT = 0.01;
export const DEMOTION_CONFIDENCE = 0.999;
export const ALARM_HORIZON_SESSIONS = 2_000;
const GOOD_RATE = 0.001;
const WAIT_MAX_SESSIONS = 20_000;

/** How often an agent exactly on the line was taken back. */
export interface FalseAlarms {
  readonly confidence: number;
  readonly alarms: number;
  /** Taken back because the Clopper–Pearson bound, looked at after every session, said so. */
  readonly naive: number;
  readonly runs: number;
}

const CONFIDENCES: readonly number[] = [0.95, 0.99, 0.999];

export function falseAlarms(runs: number, seed: number): readonly FalseAlarms[] {
  const random = prng(seed);
  const tooMany = CONFIDENCES.map((confidence) => sessionsUpTo(confidence));
  const counts = CONFIDENCES.map(() => ({ alarms: 0, naive: 0 }));
  for (let run = 0; run < runs; run += 1) {
    const times = [...arrivals(random, DEMOTION_LIMIT, ALARM_HORIZON_SESSIONS)];
    const alarm = new RateAlarm(DEMOTION_LIMIT);
    let next = 0;
    for (let session = 1; session <= ALARM_HORIZON_SESSIONS; session += 1) {
      const event = times[next] === session;
      if (event) next += 1;
      alarm.hear(event);
    }
    for (const [index, count] of counts.entries()) {
      if (alarm.crossed(CONFIDENCES[index] as number)) count.alarms += 1;
      if (times.some((at, before) => at <= ((tooMany[index] as number[])[before] as number))) count.naive += 1;
    }
  }
  return counts.map((count, index) => ({ confidence: CONFIDENCES[index] as number, ...count, runs }));
}

/** Up to how many sessions one event more than the index is too many for the fixed bound: the lower one exceeds the limit. */
function sessionsUpTo(confidence: number): number[] {
  const most: number[] = [];
  let sessions = 0;
  while (sessions < ALARM_HORIZON_SESSIONS) {
    const events = most.length + 1;
    const isTooMany = (trials: number): boolean => clopperPearson(events, trials, confidence).low > DEMOTION_LIMIT;
    while (sessions + 1 >= events && isTooMany(sessions + 1)) sessions += 1;
    if (sessions < events && isTooMany(events)) sessions = events;
    most.push(sessions);
    if (events > ALARM_HORIZON_SESSIONS) break;
  }
  return most;
}

/** How many sessions it takes until an agent that became worse is taken back. */
export interface Detection {
  /** Good sessions before. */
  readonly history: number;
  readonly rate: number;
  readonly median: number | null;
  readonly ninth: number | null;
  readonly runs: number;
}

export function detections(
  histories: readonly number[],
  rates: readonly number[],
  runs: number,
  seed: number,
): readonly Detection[] {
  return histories.flatMap((history) =>
    rates.map((rate) => {
      const random = prng(seed);
      const waited = Float64Array.from({ length: runs }, () => detected(random, history, rate)).sort();
      return { history, rate, median: quantile(waited, 0.5), ninth: quantile(waited, 0.9), runs };
    }),
  );
}

function detected(random: Prng, history: number, rate: number): number {
  const alarm = new RateAlarm(DEMOTION_LIMIT);
  for (let session = 0; session < history; session += 1) alarm.hear(random.next() < GOOD_RATE);
  for (let session = 1; session <= WAIT_MAX_SESSIONS; session += 1) {
    alarm.hear(random.next() < rate);
    if (alarm.crossed(DEMOTION_CONFIDENCE)) return session;
  }
  return Infinity;
}
