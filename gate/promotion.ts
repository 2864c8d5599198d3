import { prng } from '../src/std/prng.ts';
import { arrivals } from './arrivals.ts';
import { passProbability } from './exact.ts';
import { lookedAt, neededBy, planned, streak, type Rule } from './rules.ts';
import { quantile } from './quantile.ts';

export const CONFIDENCE = 0.95;
export const HORIZON_SESSIONS = 20_000;

/** How often an agent exactly on the line was let pass. */
export interface FalsePromotions {
  readonly limit: number;
  readonly rule: string;
  readonly promoted: number;
  readonly runs: number;
  /** Counted out instead of drawn; `null`: not for this rule. */
  readonly exact: number | null;
}

/** An agent that is harmful in exactly `limit` of its sessions, which is one too many, before every rule in turn. */
export function falsePromotions(limit: number, runs: number, seed: number): readonly FalsePromotions[] {
  const sequence = neededBy(limit, CONFIDENCE, 'continuous');
  const fixed = neededBy(limit, CONFIDENCE, 'planned');
  const clean = fixed(0);
  const exactly = (needed: typeof fixed): number => passProbability(needed, limit, HORIZON_SESSIONS);
  const rules: readonly (readonly [Rule, number | null])[] = [
    [lookedAt('confidence sequence, looked at after every session', sequence), exactly(sequence)],
    [lookedAt('Clopper–Pearson, looked at after every session', fixed), exactly(fixed)],
    [lookedAt('Clopper–Pearson, looked at after every 100 sessions', fixed, 100), null],
    [streak('rule of three: clean for as many sessions as it takes, at any time', clean), null],
    [planned('Clopper–Pearson, one planned look at as few sessions as it takes', fixed, clean), (1 - limit) ** clean],
    [planned('Clopper–Pearson, one planned look at 2,000 sessions', fixed, 2_000), null],
  ];
  const random = prng(seed);
  const promoted = countPromoted(
    rules.map(([rule]) => rule),
    () => arrivals(random, limit, HORIZON_SESSIONS),
    runs,
  );
  return rules.map(([rule, exact], index) => {
    return { limit, rule: rule.name, promoted: promoted[index] as number, runs, exact };
  });
}

/** Takes so many agents, each with harm of its own, before every rule: how many passed it within the horizon. */
export function countPromoted(
  rules: readonly Rule[],
  harm: () => Iterable<number>,
  runs: number,
  horizon = HORIZON_SESSIONS,
): readonly number[] {
  const promoted = rules.map(() => 0);
  for (let run = 0; run < runs; run += 1) {
    const events = [...harm()];
    for (const [index, rule] of rules.entries()) {
      if (rule.passesAt(events, horizon) <= horizon) promoted[index] = (promoted[index] as number) + 1;
    }
  }
  return promoted;
}

/** How long an agent of some true rate waits. */
export interface Wait {
  readonly limit: number;
  readonly rate: number;
  /** Sessions until it passes, looked at after every one: of half of the runs, and of nine in ten. `null`: later than the horizon. */
  readonly median: number | null;
  readonly ninth: number | null;
  /** Passed within the horizon. */
  readonly passed: number;
  readonly runs: number;
}

export const WAIT_HORIZON_SESSIONS = 100_000;

export function waits(limit: number, rates: readonly number[], runs: number, seed: number): readonly Wait[] {
  const rule = lookedAt('', neededBy(limit, CONFIDENCE, 'continuous'));
  return rates.map((rate) => {
    const random = prng(seed);
    const sessions = Float64Array.from({ length: runs }, () =>
      rule.passesAt(arrivals(random, rate, WAIT_HORIZON_SESSIONS), WAIT_HORIZON_SESSIONS),
    ).sort();
    const passed = sessions.filter((one) => one <= WAIT_HORIZON_SESSIONS).length;
    return { limit, rate, median: quantile(sessions, 0.5), ninth: quantile(sessions, 0.9), passed, runs };
  });
}

/** What no luck shortens: clean sessions alone, and what each event more costs. */
export interface LeastSessions {
  readonly limit: number;
  readonly events: number;
  readonly continuous: number;
  readonly planned: number;
}

export function leastSessions(limit: number, events: readonly number[]): readonly LeastSessions[] {
  const sequence = neededBy(limit, CONFIDENCE, 'continuous');
  const fixed = neededBy(limit, CONFIDENCE, 'planned');
  return events.map((count) => ({ limit, events: count, continuous: sequence(count), planned: fixed(count) }));
}
