import type { Criterion } from '../../gate/criterion.ts';
import { junit, type JunitCase } from '../junit.ts';
import { openedBy } from './commands.ts';
import type { GateReport } from './report.ts';
import { countsText, criterionText, lackingText, stageText, verdictText } from './words.ts';

/**
 * A verdict as JUnit XML: a case for each criterion. Only what evidence speaks against is a failure; what lacks, and what the
 * policy waives, is skipped with its reason, so that no dashboard counts it as passed and none goes red over a journal that is young.
 */
export function gateJunit({ result, data, policy, tookMs }: GateReport): string {
  const { agent, to, verdict, at, version, criteria, evidence } = result;
  const { head } = evidence.journal;
  return junit({
    name: 'interlock gate',
    suites: [
      {
        name: `${agent} to ${stageText(result)}`,
        startedAt: new Date(at).toISOString(),
        tookMs,
        className: `gate.${agent}.${to}`,
        properties: [
          ['verdict', verdict],
          ['policy', `${policy.file} ${policy.digest}`],
          ['identity', evidence.basis.identityDigest],
          ['journal', head === null ? `${data} is empty` : `${data} ${head.seq}:${head.hash}`],
          ['interlock', version],
        ],
        cases: criteria.map((criterion) => caseOf(criterion, data)),
        remarks: [`${verdictText(result)}.`, countsText(result)],
      },
    ],
  });
}

function caseOf(criterion: Criterion, data: string): JunitCase {
  const { outcome, required, observed, margin, behind } = criterion;
  const name = `${criterionText(criterion)}: ${required}`;
  const skipped: Readonly<Record<Exclude<Criterion['outcome'], 'pass' | 'fail'>, string>> = {
    waived: 'the policy waives it, and answers for it',
    shown: `nothing is demanded of it; observed: ${observed}`,
    inconclusive: lackingText(criterion),
  };
  if (outcome === 'pass') return { name, failure: null };
  if (outcome !== 'fail') return { name, failure: null, skipped: skipped[outcome] };
  const message = lackingText(criterion);
  const text = [
    message,
    `required: ${required}`,
    `observed: ${observed}`,
    ...(margin === null ? [] : [`margin: ${margin}`]),
    ...behind.map((each) => openedBy(each, data)),
  ].join('\n');
  return { name, failure: { type: criterion.id, message, text } };
}
