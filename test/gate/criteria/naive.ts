import { DriftAlarm } from '../../../src/gate/statistics/drift-alarm.ts';
import { meanBounds } from '../../../src/gate/statistics/bounded-mean.ts';
import { RateAlarm } from '../../../src/gate/statistics/rate-alarm.ts';
import { designEffect } from '../../../src/gate/statistics/design-effect.ts';
import type { Approval } from '../../../src/gate/criteria/gate-case.ts';
import type { CriterionOutcome, GateVerdict } from '../../../src/gate/criterion.ts';
import type { ClassEvidence, GateEvidence } from '../../../src/gate/evidence/evidence.ts';
import type { EvidenceTerms, PromotionTerms } from '../../../src/policy/promotion.ts';

/**
 * The gate spelled out, a line for each sentence of what it promises, with bounds by other ways than the gate's: sums and
 * integrals where it has inverted them. What an agent's sessions are worth where they cluster, and what a drift is, it takes
 * from the statistics, which are held to published values elsewhere.
 */
export interface Naive {
  readonly verdict: GateVerdict;
  /** `harm create_refund pass`, in no order. */
  readonly outcomes: readonly string[];
}

/** One-sided quantiles of the normal distribution, from a table. */
const Z: Readonly<Record<number, number>> = {
  0.9: 1.2815515655446004,
  0.95: 1.6448536269514722,
  0.99: 2.3263478740408408,
};
const DAY_MS = 86_400_000;

export function naive(terms: PromotionTerms, evidence: GateEvidence, approvals: readonly Approval[]): Naive {
  const target = terms.targets.get('limited');
  if (target === undefined) throw new Error('nothing is demanded');
  const isLater = evidence.step !== null && evidence.step > 1;
  const demanded = isLater && target.each !== undefined ? target.each : target.evidence;
  const outcomes: string[] = [];
  const say = (id: string, name: string, outcome: CriterionOutcome): void =>
    void outcomes.push(`${id} ${name} ${outcome}`);
  const atLeast = (id: string, name: string, seen: number, line: number): void =>
    say(id, name, line === 0 ? 'waived' : seen >= line ? 'pass' : 'inconclusive');

  const { basis, journal } = evidence;
  const { version, model, prompt } = basis.identity;
  say('identity', '', version === null && model === null && prompt === null ? 'inconclusive' : 'pass');
  say('journal', '', journal.problems.length > 0 ? 'fail' : journal.head === null ? 'inconclusive' : 'pass');
  const { calls, differences, recorded, now } = journal.redecided;
  const counting = evidence.days.calendar.map((day) => day.calls).reduce((a, b) => a + b, 0);
  say(
    'engine',
    '',
    differences > 0 || recorded !== now ? 'fail' : calls === 0 || calls < counting ? 'inconclusive' : 'pass',
  );
  say('freezes', '', evidence.freezes.some(({ open }) => open) ? 'fail' : 'pass');
  const { first, last } = evidence.days;
  atLeast('days', '', first === null || last === null ? 0 : last - first, demanded.days * DAY_MS);
  atLeast('sessions', '', evidence.sessions.writing, demanded.sessions);
  atLeast('strata', 'faults', evidence.faults.calls, demanded.strata.faults);
  if (evidence.classes.length === 0) say('writes', '', 'inconclusive');
  for (const of of evidence.classes) classOutcomes(of, demanded, say, atLeast);

  const { chosen, reviewed } = evidence.review;
  if (demanded.reviewedAtLeast === null) say('reviewed', '', 'waived');
  else
    say(
      'reviewed',
      '',
      chosen > 0 && BigInt(reviewed) * 1_000_000n >= BigInt(chosen) * BigInt(demanded.reviewedAtLeast)
        ? 'pass'
        : 'inconclusive',
    );

  say('errors', '', errorsOutcome(evidence, demanded));
  say('steady', '', steadyOutcome(evidence, demanded));
  for (const { name } of evidence.load) say('load', name, 'shown');
  say('consistency', '', 'shown');

  const { scenarios, probe, efficacy } = evidence;
  if (target.scenarios === null) say('scenarios', '', 'waived');
  else if (scenarios === null) say('scenarios', '', 'inconclusive');
  else {
    const of = scenarios.results;
    const wanted = target.scenarios === 'all' ? [...scenarios.known, ...of.map(({ name }) => name)] : target.scenarios;
    const results = wanted.map((name) => of.find((one) => one.name === name));
    if (results.some((one) => one?.held === false) || scenarios.redecided.differing.length > 0)
      say('scenarios', '', 'fail');
    else if (results.length === 0 || results.some((one) => one === undefined || one.rulesDigest === null))
      say('scenarios', '', 'inconclusive');
    else say('scenarios', '', scenarios.redecided.journals < of.length ? 'inconclusive' : 'pass');
  }

  if (target.probe === null) say('probe', '', 'waived');
  else if (probe === null || probe.engine !== basis.engine || probe.rulesDigest !== basis.rulesDigest)
    say('probe', '', 'inconclusive');
  else say('probe', '', probe.found.length > 0 ? 'fail' : probe.runs >= target.probe.runs ? 'pass' : 'inconclusive');

  const z = Z[demanded.confidence] ?? NaN;
  if (target.efficacy === null) {
    say('efficacy', 'caught', 'waived');
    say('efficacy', 'stopped', 'waived');
  } else {
    const [caught, harmful] = [efficacy?.caught ?? 0, efficacy?.harmful ?? 0];
    const least = target.efficacy.caughtAtLeast / 1e6;
    say(
      'efficacy',
      'caught',
      isAtLeast(caught, harmful, least, z)
        ? 'pass'
        : isSurelyBelow(caught, harmful, least, z)
          ? 'fail'
          : 'inconclusive',
    );
    // As many good ones stopped at most are as many passed at least.
    const [good, passed] = [efficacy?.good ?? 0, (efficacy?.good ?? 0) - (efficacy?.stoppedWrongly ?? 0)];
    const most = 1 - target.efficacy.stoppedWronglyAtMost / 1e6;
    say(
      'efficacy',
      'stopped',
      isAtLeast(passed, good, most, z) ? 'pass' : isSurelyBelow(passed, good, most, z) ? 'fail' : 'inconclusive',
    );
  }

  const names = new Set(approvals.map(({ by }) => by.toLowerCase()));
  atLeast('people', '', names.size, terms.people);

  const has = (outcome: CriterionOutcome): boolean => outcomes.some((one) => one.endsWith(` ${outcome}`));
  return { verdict: has('fail') ? 'FAIL' : has('inconclusive') ? 'INCONCLUSIVE' : 'PASS', outcomes };
}

function classOutcomes(
  of: ClassEvidence,
  demanded: EvidenceTerms,
  say: (id: string, name: string, outcome: CriterionOutcome) => void,
  atLeast: (id: string, name: string, seen: number, line: number) => void,
): void {
  const own = { ...demanded, ...demanded.classes.get(of.route) };
  atLeast('writes', of.route, of.meant, own.writes);
  atLeast('strata', `${of.route} weekdays`, of.weekdays, demanded.strata.weekdays);
  atLeast('strata', `${of.route} weekend`, of.weekend, demanded.strata.weekend);
  if (of.effect === 'money' || of.amounts.length > 0) {
    const bands = of.amounts.filter(({ allowed }) => allowed).map(({ meant }) => meant);
    atLeast('strata', `${of.route} amounts`, bands.length === 0 ? 0 : Math.min(...bands), demanded.strata.amounts);
  }

  if (own.harmBelow === null) say('harm', of.route, 'waived');
  else {
    const line = own.harmBelow / 1e6;
    const isPlanned = demanded.look !== 'continuous';
    const seen = demanded.look === 'continuous' ? of.judged : of.judged.slice(0, demanded.look.sessions);
    const [n, k] = [seen.length, seen.filter(({ harmful }) => harmful > 0).length];
    const error = 1 - demanded.confidence;
    const below = isPlanned ? atMostSoMany(k, n, line) < error : mixture(k, n, line) > 1 / error;
    // As much harm and more, under the line itself; or its mirror image.
    const above = isPlanned
      ? k > 0 && 1 - atMostSoMany(k - 1, n, line) < error
      : mixture(n - k, n, 1 - line) > 1 / error;
    const isEarly = demanded.look !== 'continuous' && n < demanded.look.sessions;
    const [wrong, judged] = [sumOf(seen.map((one) => one.harmful)), sumOf(seen.map((one) => one.judged))];
    const isFew = judged > 0 && BigInt(wrong) * 1_000_000n < BigInt(own.harmBelow) * BigInt(judged);
    say('harm', of.route, isEarly ? 'inconclusive' : above ? 'fail' : below && isFew ? 'pass' : 'inconclusive');
  }

  const clusters = (of.agreement?.clusters ?? []).filter(({ total }) => total > 0);
  const z = Z[demanded.confidence] ?? NaN;
  if (own.agreementAbove === null) say('agreement', of.route, 'waived');
  else if (clusters.length === 0) say('agreement', of.route, 'inconclusive');
  else {
    const line = own.agreementAbove / 1e6;
    const total = clusters.reduce((sum, one) => sum + one.total, 0);
    const share = clusters.reduce((sum, one) => sum + one.events, 0) / total;
    const { trials } = designEffect(clusters);
    const isAbove = isAboveLine(share, trials, line, z) && isAboveLine(1, clusters.length, line, z);
    say(
      'agreement',
      of.route,
      isAbove
        ? 'pass'
        : rings(
              clusters.map((one) => 1 - one.events / one.total),
              1 - line,
              demanded.confidence,
            )
          ? 'fail'
          : 'inconclusive',
    );
  }
}

const sumOf = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);

function errorsOutcome(
  { upstream: { sent, failed, sessions, baseline } }: GateEvidence,
  demanded: EvidenceTerms,
): CriterionOutcome {
  if (demanded.errorsAtMost === null) return 'waived';
  if (sent === 0) return 'inconclusive';
  const z = Z[demanded.confidence] ?? NaN;
  const line = demanded.errorsAtMost / 1e6;
  const theirs =
    baseline === null || baseline.sent === 0
      ? [0, 0]
      : interval(baseline.failed / baseline.sent, designEffect(baseline.sessions).trials, z);
  const [low = 0, high = 0] = theirs;
  const least = 1 - Math.max(line, low);
  const { trials } = designEffect(sessions);
  const isFew =
    isAtLeast(trials * (1 - failed / sent), trials, least, z) && isAtLeast(sessions.length, sessions.length, least, z);
  if (isFew) return 'pass';
  const shares = sessions.map(({ events, total }) => events / total);
  return rings(shares, Math.max(line, high), demanded.confidence) ? 'fail' : 'inconclusive';
}

function rings(shares: readonly number[], line: number, confidence: number): boolean {
  const alarm = new RateAlarm(line);
  for (const share of shares) alarm.hear(share);
  const total = shares.reduce((a, b) => a + b, 0);
  return total > 0 && alarm.evidence >= 1 / (1 - confidence) && meanBounds(shares, confidence).low > line;
}

function steadyOutcome({ mix }: GateEvidence, demanded: EvidenceTerms): CriterionOutcome {
  if (!demanded.steady) return 'waived';
  const { first, second } = mix;
  const drifts = (sessions: readonly Readonly<Record<string, number>>[]): boolean => {
    const alarm = new DriftAlarm(first, demanded.confidence);
    for (const session of sessions) alarm.hear(session);
    return alarm.crossed;
  };
  if (drifts(second)) return 'fail';
  const other = second.map((one) => ({ ...one, '?': Object.values(one).reduce((a, b) => a + b, 0) }));
  return first.length > 0 && drifts(other) ? 'pass' : 'inconclusive';
}

/** Whether a test at this z would still not reject a share as high as the line: Wilson's interval, not inverted. */
function isAboveLine(share: number, trials: number, line: number, z: number): boolean {
  return share > line && (share - line) ** 2 * trials > z * z * line * (1 - line);
}

function isAtLeast(events: number, total: number, line: number, z: number): boolean {
  const share = events / total;
  return total > 0 && share >= line && (share - line) ** 2 * total >= z * z * line * (1 - line);
}

function isSurelyBelow(events: number, total: number, line: number, z: number): boolean {
  return total > 0 && isAboveLine((total - events) / total, total, 1 - line, z);
}

/** Where a test at this z begins to reject, on each side, by halving. */
function interval(share: number, trials: number, z: number): readonly [number, number] {
  const rejects = (rate: number): boolean => (share - rate) ** 2 * trials > z * z * rate * (1 - rate);
  const edge = (inside: number, outside: number): number => {
    let [from, to] = [inside, outside];
    for (let step = 0; step < 100; step += 1) {
      const middle = (from + to) / 2;
      if (rejects(middle)) to = middle;
      else from = middle;
    }
    return from;
  };
  return [share === 0 ? 0 : edge(share, 0), share === 1 ? 1 : edge(share, 1)];
}

/** How probable `k` events or fewer are among `n`, term by term. */
function atMostSoMany(k: number, n: number, rate: number): number {
  let term = n * Math.log1p(-rate);
  let sum = Math.exp(term);
  for (let events = 1; events <= k; events += 1) {
    term += Math.log((n - events + 1) / events) + Math.log(rate / (1 - rate));
    sum += Math.exp(term);
  }
  return sum;
}

const STEPS = 2_000;

/** The likelihood ratio of all lower rates against this one, mixed over odds t² times as high (t from 0 to 1), by Simpson's rule. */
function mixture(k: number, n: number, rate: number): number {
  if (n === k) return 1;
  const ratio = (t: number): number => {
    const odds = (t * t * rate) / (1 - rate);
    const lower = odds / (1 + odds);
    if (lower === 0) return k > 0 ? 0 : (1 - rate) ** -n;
    return Math.exp(k * Math.log(lower / rate) + (n - k) * (Math.log1p(-lower) - Math.log1p(-rate)));
  };
  let sum = ratio(0) + ratio(1);
  for (let step = 1; step < STEPS; step += 1) sum += ratio(step / STEPS) * (step % 2 === 1 ? 4 : 2);
  return sum / (3 * STEPS);
}
