import type { AgentId } from '../../engine/ids.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { ReplayReport } from '../../replay/diff.ts';
import { anomaliesOf, type Anomalies } from '../anomalies/anomalies.ts';
import type { Divergence } from '../divergence/model.ts';
import type { ReviewSummary } from '../review/model.ts';
import { amountsOf, type AmountBands } from './amounts.ts';
import { appendixOf, type Appendix } from './appendix.ts';
import { evaluationOf, type Evaluation, type Label } from './evaluation.ts';
import { findingsOf, type RuleFindings } from './findings.ts';
import { headroomOf, type Headroom } from './headroom.ts';
import { moneyWhere, routeUses, type MeantMoney, type RouteUse } from './intents.ts';
import { limitsOf, type Limit } from './limits.ts';
import { mentionedIn } from './mentioned.ts';
import { overviewOf, type Overview } from './overview.ts';
import { peopleOf, type PeopleCounts } from './people.ts';
import { APPROVED, gather, MEANT, spelled, spellingOf, STOPPED, type Scope } from './scope.ts';
import { hourCells, seriesOf, type HourCell, type Series } from './series.ts';
import type { Source } from './source.ts';
import { strataOf, type Strata } from './strata.ts';
import { unknownsOf, type Unknowns } from './unknowns.ts';

/** Everything that the shadow report says, and nothing that it thinks of it. */
export interface ShadowEvidence {
  readonly scope: Scope;
  readonly overview: Overview;
  readonly unknowns: Unknowns;
  /** What was meant to move, and what was stopped, by currency. */
  readonly money: {
    readonly meant: readonly MeantMoney[];
    readonly stopped: readonly MeantMoney[];
    /** Of what was stopped: what a person approved, and what was made after all. It is in `meant` too. */
    readonly approved: readonly MeantMoney[];
    /** The rest of it. */
    readonly lost: readonly MeantMoney[];
  };
  readonly routes: readonly RouteUse[];
  readonly series: Series;
  readonly week: readonly HourCell[];
  readonly findings: readonly RuleFindings[];
  readonly limits: readonly Limit[];
  readonly amounts: readonly AmountBands[];
  readonly anomalies: Anomalies;
  /** `null`: the policy in force could not be read, or has no such agent. */
  readonly headroom: Headroom | null;
  readonly strata: Strata;
  readonly people: PeopleCounts;
  readonly review: ReviewSummary | null;
  readonly divergence: Divergence | null;
  readonly replay: ReplayReport | null;
  readonly evaluation: Evaluation | null;
  readonly appendix: Appendix;
}

/** What comes from elsewhere, each only where it is there. */
export interface Beside {
  /** The policy whose limits are drawn in: the one in force last. */
  readonly policy: LoadedPolicy | null;
  readonly review: ReviewSummary | null;
  readonly divergence: Divergence | null;
  readonly replay: ReplayReport | null;
  readonly labels: { readonly file: string; readonly labels: readonly Label[] } | null;
}

export const NOTHING_BESIDE: Beside = { policy: null, review: null, divergence: null, replay: null, labels: null };

/**
 * Counts it all, by SQL over the warehouse's views. The same journal gives the same evidence: there is no clock in it.
 * Statements follow one another, for they share tables that live as long as the connection.
 */
export async function shadowEvidence(source: Source, scope: Scope, beside: Beside): Promise<ShadowEvidence> {
  await gather(source, scope);
  const { policy, review, divergence, replay, labels } = beside;
  const agent = scope.agent as AgentId;
  const limits = policy === null ? [] : limitsOf(policy, agent);
  const overview = await overviewOf(source);
  const series = await seriesOf(source, scope, overview.period);
  const findings = await findingsOf(source, scope, series.step);
  const amounts = await amountsOf(source, limits);
  const anomalies = await anomaliesOf(source, scope, limits);
  const counted = {
    overview,
    unknowns: await unknownsOf(source, scope, overview.period),
    money: {
      meant: await moneyWhere(source, MEANT),
      stopped: await moneyWhere(source, STOPPED),
      approved: await moneyWhere(source, APPROVED),
      lost: await moneyWhere(source, `${STOPPED} AND NOT ${APPROVED}`),
    },
    routes: await routeUses(source),
    series,
    week: await hourCells(source, scope),
    findings,
    limits,
    amounts,
    anomalies,
    headroom: policy === null ? null : await headroomOf(source, policy, agent),
    strata: await strataOf(source, scope, amounts, policy),
    people: await peopleOf(source, scope),
    evaluation: labels === null ? null : await evaluationOf(source, labels.file, labels.labels, anomalies),
  };
  const opened = spelled(counted, await spellingOf(source, scope));
  const evidence = { scope, ...opened, review, divergence, replay };
  return { ...evidence, appendix: await appendixOf(source, mentionedIn(evidence)) };
}
