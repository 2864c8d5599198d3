import { clusteredDays, clusteredWrites, type Clustered } from './clusters.ts';
import { detections, falseAlarms, type Detection, type FalseAlarms } from './demotion.ts';
import { driftDetections, falseDrifts, type DriftDetection, type FalseDrifts } from './drift.ts';
import {
  falsePromotions,
  leastSessions,
  waits,
  type FalsePromotions,
  type LeastSessions,
  type Wait,
} from './promotion.ts';

/** What the simulations came to. With the same seed and as many runs it is the same everywhere. */
export interface Study {
  readonly runs: number;
  readonly seed: number;
  readonly promotions: readonly FalsePromotions[];
  readonly least: readonly LeastSessions[];
  readonly waits: readonly Wait[];
  readonly writes: readonly Clustered[];
  readonly days: readonly Clustered[];
  readonly alarms: readonly FalseAlarms[];
  readonly detections: readonly Detection[];
  readonly drifts: readonly FalseDrifts[];
  readonly driftDetections: readonly DriftDetection[];
}

/** Error rates take all runs; medians of waiting times need fewer. */
const WAITING_RUNS = 400;

export function runStudy(runs: number, seed: number): Study {
  return {
    runs,
    seed,
    promotions: [0.005, 0.01, 0.03].flatMap((limit) => falsePromotions(limit, runs, seed)),
    least: [0.005, 0.01].flatMap((limit) => leastSessions(limit, [0, 1, 2, 3, 5, 10])),
    waits: [0.005, 0.01].flatMap((limit) =>
      waits(
        limit,
        [0, 0.05, 0.1, 0.25, 0.5].map((part) => part * limit),
        runs,
        seed,
      ),
    ),
    writes: clusteredWrites(runs, seed),
    days: clusteredDays(runs, seed),
    alarms: falseAlarms(runs, seed),
    detections: detections([0, 1_000, 10_000], [0.02, 0.03, 0.05, 0.1, 0.2], Math.min(runs, WAITING_RUNS), seed),
    drifts: [falseDrifts(200, 1, runs, seed)],
    driftDetections: driftDetections([100, 400, 2_000], Math.min(runs, WAITING_RUNS), seed),
  };
}

/** What must not be: an error rate above the one that was promised, by more than chance would have it. */
export function faultsOf({ promotions, alarms, drifts }: Study): readonly string[] {
  const faults: string[] = [];
  const hold = (what: string, seen: number, runs: number, most: number): void => {
    if (seen / runs > most + chance(most, runs)) faults.push(`${what}: ${seen} of ${runs}, more than ${most}`);
  };
  for (const { rule, limit, promoted, runs, exact } of promotions) {
    if (exact === null) continue;
    if (Math.abs(promoted / runs - exact) > chance(exact, runs)) {
      faults.push(`${rule} at ${limit}: ${promoted} of ${runs}, and ${exact} if counted out`);
    }
    if (rule.startsWith('confidence sequence')) hold(`${rule} at ${limit}`, promoted, runs, 0.05);
  }
  for (const { confidence, alarms: seen, runs } of alarms) hold('the rate alarm', seen, runs, 1 - confidence);
  for (const { confidence, alarms: seen, runs } of drifts) hold('the drift alarm', seen, runs, 1 - confidence);
  return faults;
}

/** By how much a share of so many runs may lie off: four standard deviations. */
function chance(rate: number, runs: number): number {
  return 4 * Math.sqrt((rate * (1 - rate)) / runs);
}
