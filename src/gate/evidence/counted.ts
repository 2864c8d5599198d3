import type { Stage } from '../../engine/call.ts';
import type { AgentId } from '../../engine/ids.ts';
import type { Label } from '../../evidence/shadow/evaluation.ts';
import { allowedRoutes, budgetTimeZone, limitsOf } from '../../evidence/shadow/limits.ts';
import { gather, type Scope } from '../../evidence/shadow/scope.ts';
import { consensus } from '../../evidence/review/opinions.ts';
import { isWrite } from '../../engine/call.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { Instant } from '../../std/clock.ts';
import { ok, type Result } from '../../std/result.ts';
import type { Warehouse } from '../../warehouse/index.ts';
import { comparedWith, type ComparedActuals } from './actuals.ts';
import { agreementOf } from './agreement.ts';
import type { Asked } from './asked.ts';
import { amountBands } from './bands.ts';
import { daysOf, faultsOf, mixOf, routeCounts, sentOf, type RouteCounts } from './counts.ts';
import { efficacyOf } from './efficacy.ts';
import type { ClassEvidence, GateEvidence } from './evidence.ts';
import { freezesOf } from './freezes.ts';
import { judgedSessions } from './judged.ts';
import { baselineIn, loadOf } from './load.ts';
import type { Turning } from './records.ts';
import { sessionEvidence, sessionsIn } from './sessions.ts';
import { writesIn, type KnownWrite } from './writes.ts';

/** What is counted over the records that count. */
export type Counted = Pick<
  GateEvidence,
  'classes' | 'sessions' | 'days' | 'faults' | 'review' | 'freezes' | 'upstream' | 'mix' | 'load' | 'efficacy'
>;

export interface Counting {
  readonly from: Stage;
  readonly first: number;
  readonly last: number;
  readonly notBefore: Instant | null;
  readonly labels: readonly Label[] | null;
  readonly turning: Turning;
}

/** Statements follow one another: they share the table `scoped`. */
export async function countedIn(
  warehouse: Warehouse,
  asked: Asked,
  { from, first, last, notBefore, labels, turning }: Counting,
): Promise<Result<Counted, string>> {
  const { policy, agent, dir } = asked;
  const scope: Scope = {
    agent,
    from: notBefore,
    to: null,
    records: { first, last },
    throughDoor: true,
    stage: from,
    timeZone: zoneOf(policy, agent),
  };
  await gather(warehouse, scope);
  const { intents, writes } = await writesIn(warehouse, scope, labels ?? []);
  const currency = mainCurrency(writes);
  const days = await daysOf(warehouse, scope.timeZone);
  const actuals = asked.actuals === undefined ? ok(null) : await comparedWith(asked.actuals, policy, intents, dir);
  if (!actuals.ok) return actuals;
  const baseline = asked.baselineDir === undefined ? null : await baselineIn(asked.baselineDir, days, currency);
  const sessions = await sessionsIn(warehouse, currency);
  const counts = await routeCounts(warehouse);
  const chosen = writes.filter((one) => one.chosen);
  return ok({
    classes: classesOf(policy, agent, { counts, writes, actuals: actuals.value }),
    sessions: sessionEvidence(sessions, writes),
    days,
    faults: await faultsOf(warehouse),
    review: { chosen: chosen.length, reviewed: chosen.filter(({ opinions }) => isSure(opinions)).length },
    freezes: freezesOf(turning, { first, last }),
    upstream: { ...(await sentOf(warehouse)), baseline: baseline?.upstream ?? null },
    mix: await mixOf(warehouse),
    load: loadOf(sessions, currency, baseline, actuals.value),
    efficacy: labels === null ? null : await efficacyOf(warehouse, asked.labels ?? '', labels),
  });
}

/** Of a journal with nothing in it, or nothing that can be believed: every class that there is to show, and nothing shown. */
export function nothingCounted({ policy, agent, labels }: Asked): Counted {
  const none = { counts: new Map(), writes: [], actuals: null };
  return {
    classes: classesOf(policy, agent, none),
    sessions: { all: 0, writing: 0, repeated: [] },
    days: { timeZone: zoneOf(policy, agent), first: null, last: null, weekdays: 0, weekend: 0, calendar: [] },
    faults: { calls: 0, shown: [] },
    review: { chosen: 0, reviewed: 0 },
    freezes: [],
    upstream: { sent: 0, failed: 0, sessions: [], baseline: null },
    mix: { first: [], second: [] },
    load: [],
    efficacy: labels === undefined ? null : { labels: 0, harmful: 0, caught: 0, good: 0, stoppedWrongly: 0 },
  };
}

interface Known {
  readonly counts: ReadonlyMap<string, RouteCounts>;
  readonly writes: readonly KnownWrite[];
  readonly actuals: ComparedActuals | null;
}

const NO_COUNTS: RouteCounts = { meant: 0, stopped: 0, weekdays: 0, weekend: 0, shown: [] };

/** One for each route that the policy lets the agent write by, used or not, in the policy's order. */
function classesOf(loaded: LoadedPolicy, agent: AgentId, { counts, writes, actuals }: Known): readonly ClassEvidence[] {
  const limits = limitsOf(loaded, agent);
  const byRoute = Map.groupBy(writes, ({ intent: { route } }) => route);
  return allowedRoutes(loaded, agent).flatMap((route) => {
    const effect = loaded.policy.routes.get(route)?.effect;
    if (effect === undefined || !isWrite(effect)) return [];
    const its = byRoute.get(route) ?? [];
    const amounts = its.flatMap(({ intent: { amount }, meant }) => (meant && amount !== null ? [amount] : []));
    return [
      {
        route,
        effect,
        ...(counts.get(route) ?? NO_COUNTS),
        ...judgedSessions(its),
        agreement: agreementOf({ route, effect }, actuals?.cases ?? null, its),
        amounts: amountBands(route, amounts, limits),
      },
    ];
  });
}

/** Who looked and does not know has left open what it is: whoever is unsure of all that is wrong has reviewed nothing. */
function isSure(opinions: KnownWrite['opinions']): boolean {
  const all = consensus(opinions);
  return all !== undefined && all !== 'unsure';
}

/** Whose days and weekends they are: the agent's budgets', where they agree on a zone. */
const zoneOf = (policy: LoadedPolicy, agent: AgentId): string => budgetTimeZone(policy, agent) ?? 'UTC';

/** The one that most writes move; of two alike the first by name. */
function mainCurrency(writes: readonly KnownWrite[]): string | null {
  const counts = new Map<string, number>();
  for (const {
    meant,
    intent: { amount },
  } of writes) {
    if (meant && amount !== null) counts.set(amount.currency, (counts.get(amount.currency) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([one, its], [other, theirs]) => theirs - its || (one < other ? -1 : 1));
  return most?.[0] ?? null;
}
