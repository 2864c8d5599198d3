import { fail, ok, type Result } from '../std/result.ts';
import type { Ppm } from '../std/share.ts';
import { assert } from '../std/assert.ts';
import { durationMs } from './checked.ts';
import type { Path } from './problem.ts';
import type { Report } from './report.ts';
import type { RulePlace } from './rules/kind.ts';
import type { PolicyFile } from './schema.ts';

/** From fewer calls, or fewer days, nothing is learned that a limit could rest on. */
export const BASELINE_CALLS_MIN = 100;
export const BASELINE_DAYS_MIN = 3;

const WHOLE_PPM = 1_000_000;

/** What an agent was seen to do on all the routes of one rule together. */
export interface Baseline {
  /** The routes' own 95th percentiles, added up. */
  readonly perHour: number;
  readonly perDay: number;
  /** A failure that was never seen in N calls is taken for one in N. */
  readonly failed: Ppm;
  /** The slowest route's 95th percentile. */
  readonly latencyMs: number | undefined;
}

/** The baseline of what a rule concerns, or why there is none to go by. */
export function baselineOf({ policy, agent, concerned }: RulePlace): Result<Baseline, string> {
  const known = new Map(Object.entries(policy.baselines)).get(agent)?.routes ?? {};
  const routes = Object.entries(known).flatMap(([id, route]) => (concerned.some(([one]) => one === id) ? [route] : []));
  if (routes.length === 0) return fail(`the policy holds no baseline of what \`${agent}\` does here`);
  const sum = (of: (route: (typeof routes)[number]) => number): number =>
    routes.reduce((total, route) => total + of(route), 0);
  const calls = sum((route) => route.calls);
  const days = Math.max(...routes.map((route) => route.days));
  if (calls < BASELINE_CALLS_MIN || days < BASELINE_DAYS_MIN) {
    const least = `${BASELINE_CALLS_MIN} on ${BASELINE_DAYS_MIN}`;
    return fail(`the baseline of \`${agent}\` rests on ${calls} calls on ${days} days, and needs ${least}`);
  }
  const latencies = routes.flatMap(({ latency }) => (latency === undefined ? [] : [durationMs(latency)]));
  return ok({
    perHour: sum((route) => route.perHour),
    perDay: sum((route) => route.perDay),
    failed: Math.ceil((WHOLE_PPM * (sum((route) => route.failed) || 1)) / calls),
    latencyMs: latencies.length === 0 ? undefined : Math.max(...latencies),
  });
}

/** Says what is missing of a baseline that a rule multiplies, and which command learns it. */
export function needBaseline(place: RulePlace, path: Path, report: Report): Baseline | undefined {
  const baseline = baselineOf(place);
  if (baseline.ok) return baseline.value;
  const accepted = `a limit of its own, or learn one: interlock baseline --data DIR --agent ${place.agent}`;
  report.error(path, { message: baseline.failure, accepted });
  return undefined;
}

/** Only of a rule that was checked. */
export function knownBaseline(place: RulePlace): Baseline {
  const baseline = baselineOf(place);
  assert(baseline.ok, `the baseline of \`${place.agent}\` was checked when the policy was read`);
  return baseline.value;
}

/** A baseline is of an agent and of routes that the policy has. */
export function checkBaselines(policy: PolicyFile, report: Report): void {
  for (const [agent, { routes, learned }] of Object.entries(policy.baselines)) {
    const path: Path = ['baselines', agent];
    if (!Object.hasOwn(policy.agents, agent)) {
      report.error(path, { message: `a baseline of \`${agent}\`, and no agent has this name`, on: 'key' });
    }
    if (learned.from > learned.to) report.error([...path, 'learned', 'to'], '`to` lies before `from`');
    for (const [id, { calls, failed }] of Object.entries(routes)) {
      const at = [...path, 'routes', id];
      if (!Object.hasOwn(policy.routes, id)) report.error(at, { message: `unknown route \`${id}\``, on: 'key' });
      if (failed > calls) report.error([...at, 'failed'], `${failed} of ${calls} calls cannot have failed`);
    }
  }
}
