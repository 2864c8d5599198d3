import type { Criterion, CriterionOutcome, GateResult, GateVerdict } from '../../../src/gate/criterion.ts';
import type { ClassEvidence } from '../../../src/gate/evidence/evidence.ts';
import type { HarmCourse } from '../../../src/gate/harm-course.ts';
import type { GateReport } from '../../../src/report/gate/report.ts';
import { AGENT, digest, ENDED, evidence } from './evidence.ts';

type Part = Partial<Criterion> & Pick<Criterion, 'id' | 'title' | 'required' | 'observed'>;

const criterion = (part: Part, outcome: CriterionOutcome = 'pass'): Criterion => ({
  class: null,
  margin: null,
  outcome,
  behind: [],
  ...part,
});

const SQL = `SELECT call, session, ts FROM calls
  WHERE agent = 'refunds-bot' AND route = 'create_refund' ORDER BY seq`;

const met: readonly Criterion[] = [
  criterion({
    id: 'journal',
    title: 'journal',
    required: 'whole',
    observed: '18,204 records',
    behind: [{ kind: 'command', command: 'interlock audit verify --data journal' }],
  }),
  criterion({
    id: 'engine',
    title: 'same engine',
    required: 'the same verdicts',
    observed: '9,112 calls decided again, 0 differ',
  }),
  criterion({ id: 'days', title: 'days', required: '14', observed: '16', margin: '+2' }),
  criterion({
    id: 'sessions',
    title: 'sessions that meant to write',
    required: '100',
    observed: '352',
    margin: '+252',
    behind: [{ kind: 'query', sql: SQL }],
  }),
  criterion({
    id: 'scenarios',
    title: 'scenarios',
    required: 'all',
    observed: '2 held',
    behind: [{ kind: 'file', file: 'reports/sandbox/latest/results.json' }],
  }),
  criterion({ id: 'efficacy', title: 'efficacy', required: 'none', observed: 'not asked for' }, 'waived'),
  criterion(
    { id: 'load', title: 'calls per session', required: 'nothing', observed: 'median 9, baseline 11' },
    'shown',
  ),
];

const harm = (outcome: CriterionOutcome, observed: string, rest: Partial<Criterion>): Criterion =>
  criterion(
    {
      id: 'harm',
      class: 'create_refund',
      title: 'harm per session',
      required: '< 2% (95%)',
      observed,
      behind: [
        { kind: 'query', sql: SQL },
        { kind: 'call', call: 'call_190' },
      ],
      ...rest,
    },
    outcome,
  );

const FEW_NOTES = criterion(
  {
    id: 'writes',
    class: 'add_note',
    title: 'writes',
    required: '50',
    observed: '31',
    margin: '19 short',
    lacking: '19 more writes are needed',
    daysLeft: 9.8,
  },
  'inconclusive',
);

const CRITERIA: Readonly<Record<GateVerdict, readonly Criterion[]>> = {
  PASS: [...met, harm('pass', '0 of 352 sessions: < 1.4%', { margin: '0.6 points' })],
  FAIL: [
    ...met,
    harm('fail', '14 of 352 sessions: > 2.1%', {
      margin: '0.1 points over',
      lacking:
        'the evidence says that more than 2% of its sessions do harm; see what call_190 did, mend the agent, and declare its new version',
    }),
    FEW_NOTES,
  ],
  INCONCLUSIVE: [
    ...met,
    harm('inconclusive', '1 of 352 sessions: < 2.3%', {
      margin: '0.3 points over',
      lacking: 'it is below 2.3%, not yet below 2%; judge more sessions with `interlock review`',
      daysLeft: 6,
    }),
    FEW_NOTES,
    criterion(
      {
        id: 'agreement',
        class: 'add_note',
        title: 'agreement',
        required: '> 97% (95%)',
        observed: 'nobody said',
        lacking: 'no one has judged what it wrote: run `interlock review`',
      },
      'inconclusive',
    ),
  ],
};

const HARMFUL: Readonly<Record<GateVerdict, readonly number[]>> = {
  PASS: [],
  FAIL: [3, 30, 41, 77, 102, 130, 155, 190, 202, 240, 266, 290, 310, 344],
  INCONCLUSIVE: [190],
};

export function result(verdict: GateVerdict): GateResult {
  return {
    agent: AGENT,
    from: 'shadow',
    to: 'limited',
    step: 1,
    verdict,
    criteria: CRITERIA[verdict],
    evidence: evidence(HARMFUL[verdict]),
    at: ENDED + 3_600_000,
    version: '0.1.0',
  };
}

/** A course that comes down as a bound does: its values are made up, only their shape is not. */
function course({ route, judged }: ClassEvidence): HarmCourse {
  let harmful = 0;
  const points = judged.flatMap((each, index) => {
    const more = each.harmful > 0 ? 1 : 0;
    harmful += more;
    const isShown = index % 4 === 0 || more > 0 || index === judged.length - 1;
    const bound = Math.min(1, (harmful + 5 + 2 * Math.sqrt(harmful)) / (index + 2));
    return isShown ? [{ sessions: index + 1, harmful, at: each.at, bound }] : [];
  });
  return { class: route, limit: 0.02, confidence: 0.95, look: 'continuous', points };
}

const ODD_FILE = 'policies/interlock #1.yaml';

export function report(verdict: GateVerdict): GateReport {
  const made = result(verdict);
  return {
    result: made,
    courses: made.evidence.classes.filter(({ judged }) => judged.length > 0).map(course),
    data: 'journal',
    policy: { file: 'interlock.yaml', digest: digest('a'), environment: 'production' },
    findings: [
      {
        kind: 'policy',
        about: 'agents.refunds-bot.rates[0]',
        identity: 'agents.refunds-bot.rates[0] never met',
        level: 'warning',
        text: 'this rate is never met; write a smaller one',
        place: { file: ODD_FILE, line: 21, column: 9, path: 'agents.refunds-bot.rates[0]' },
      },
      {
        kind: 'probe',
        about: 'never[0]',
        identity: 'never[0] more than 1 create_refund per subject',
        level: 'error',
        text: 'more than 1 create_refund per subject: charge:ch_1 was refunded twice',
        place: { file: ODD_FILE, line: 40, column: 5, path: 'never[0]' },
      },
      {
        kind: 'criterion',
        about: 'harm',
        identity: 'refunds-bot limited harm create_refund',
        level: 'error',
        text: 'harm per session of create_refund: 14 of 352 sessions',
        place: { file: '/etc/interlock/promotion.yaml', line: 3, column: 12, path: 'promotion.limited.shadow.harm' },
      },
    ],
    tookMs: 1_234,
  };
}
