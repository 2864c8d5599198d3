import { formatMoney } from '../../src/std/money.ts';
import type { Estimate } from '../../src/evidence/statistics/share.ts';
import type { CandidateDiff, ChangeKind } from '../../src/replay/index.ts';
import type { Evaluation, Labelled } from './evaluation.ts';
import type { CountedComparison, SuiteResult } from './results.ts';
import type { SuiteStudy } from './study.ts';

/** The study as Markdown: what a reviewer could have seen of both suites, and behind a line what the labels say. */
export function shadowFigures(studies: readonly SuiteStudy[], results: readonly SuiteResult[]): string {
  return [
    '# The recorded runs in shadow',
    'Written by `npm run shadow-study`. The runs are imported under the study’s policies with their agents in shadow, compared with the ' +
      'benchmarks’ reference actions as if people had done those, and replayed under two candidates: `lenient` has the routes and no ' +
      'guard, `strict` has a person approve whatever destroys something or pays. 95 % intervals, clustered by customer.',
    ...results.flatMap((result, index) => suiteFigures(studies[index] as SuiteStudy, result)),
    '---',
    '# Evaluation',
    'Nothing above knows the labels. A label calls a write wrong when it was executed, is not among its task’s reference actions, and ' +
      'the run did not end in the reference state. The reference actions are above what people did, so that the comparison and the labels ' +
      'agree is a check of the comparison; it says nothing new of the agents.',
    ...results.flatMap(({ suite, evaluation }) => evaluationFigures(suite, evaluation)),
  ].join('\n\n');
}

function suiteFigures(
  { journal, replay, candidates }: SuiteStudy,
  { suite, divergence, review }: SuiteResult,
): readonly string[] {
  const { summary } = journal;
  const { coverage, comparison, noise } = divergence;
  const counts = review as { readonly population: number; readonly chosen: number; readonly anomalies: number };
  const kinds = new Set(candidates.all.map(({ stratum }) => JSON.stringify(stratum))).size;
  return [
    `## ${suite}`,
    `${summary.calls} calls in ${summary.sessions} sessions; ${summary.unusable} records are not in the journal. ` +
      `${listed(summary.verdicts)}.`,
    `**Divergence.** ${(coverage as { readonly compared: number }).compared} cases compared. ${headline(comparison)}`,
    ...(noise === null
      ? ['No task was tried twice by the same agent, so there is no noise floor.']
      : [
          `**Noise floor.** ${noise.cases} tasks were tried twice by the same agent. In these it differs from people in ` +
            `${shown(noise.people.cases.differing)} of cases, and from itself in ${shown(noise.itself.cases.differing)}.`,
        ]),
    classTable(comparison),
    '**Replay.**',
    replayTable(replay.candidates),
    `**Review.** ${counts.population} writes of ${kinds} kinds; ${counts.chosen} are drawn or odd (${counts.anomalies}).`,
  ];
}

function headline({ cases, actions, money }: CountedComparison): string {
  const moved = money.map(({ currency, agentMicros, peopleMicros, absoluteMicros }) => {
    const of = (micros: string): string => formatMoney({ micros: BigInt(micros), currency });
    return ` Money: the agent ${of(agentMicros)}, people ${of(peopleMicros)}; all differences together ${of(absoluteMicros)}.`;
  });
  return (
    `It differs from people in ${shown(cases.differing)} of cases and in ${shown(actions.differing)} of actions; ` +
    `of actions of the same class, ${shown(actions.exact)} have the same target and amount.${moved.join('')}`
  );
}

function classTable({ classes }: CountedComparison): string {
  const head = [
    'action',
    'both',
    'the same',
    'other amount',
    'other target',
    'unclear',
    'only the agent',
    'only people',
    'both of all',
  ];
  const lines = classes.map(
    ({ route, effect, both, exact, otherAmount, otherTarget, ambiguous, onlyAgent, onlyPeople, agreement }) => [
      `${route} (${effect})`,
      ...[both, exact, otherAmount, otherTarget, ambiguous, onlyAgent, onlyPeople].map(String),
      shown(agreement),
    ],
  );
  return markdown(head, lines);
}

const KINDS: readonly ChangeKind[] = ['blocked', 'allowed', 'held', 'captured', 'sent'];

function replayTable(diffs: readonly CandidateDiff[]): string {
  const lines = diffs.map(({ policy, changes, certainty, unjudged }) => [
    policy.file,
    ...KINDS.map((kind) => String(changes[kind].calls)),
    String(certainty.exact),
    String(unjudged.reduce((sum, { calls }) => sum + calls, 0)),
  ]);
  return markdown(['candidate', ...KINDS, 'calls that are exact', 'unjudged'], lines);
}

function evaluationFigures(
  suite: string,
  { writes, byVerdict, byMatch, byAnomaly, wrongBecause, review }: Evaluation,
): readonly string[] {
  const { drawn, estimated, low, high, truth } = review;
  return [
    `## ${suite}: what the labels say`,
    `Of the writes that agents meant, ${writes.wrong} were wrong, ${writes.good} right, and of ${writes.unknown} nobody knows.`,
    labelTable('verdict', byVerdict),
    labelTable('beside people', byMatch),
    labelTable('odd', byAnomaly),
    markdown(
      ['why it was wrong', 'writes'],
      Object.entries(wrongBecause).map(([why, count]) => [why, String(count)]),
    ),
    estimated === null || low === null || high === null
      ? 'Nothing of the sample is labelled.'
      : `**The sample.** A reviewer who judges as the labels do, shown the ${drawn} calls that were drawn without them, would find ` +
        `${percent(estimated)} % of all writes right (${percent(low)}–${percent(high)} %). It is ${shown(truth)}. ` +
        'Of what no label judges, such as handing over to a person, this reviewer is unsure: it is in neither share.',
  ];
}

function labelTable(what: string, rows: Readonly<Record<string, Labelled>>): string {
  const lines = Object.entries(rows).map(([name, { good, wrong, unknown }]) => [
    name.replaceAll('_', ' '),
    ...[wrong, good, unknown].map(String),
    wrong + good === 0 ? '' : `${percent(wrong / (wrong + good))} %`,
  ]);
  return markdown([what, 'wrong', 'right', 'nobody knows', 'wrong of the known'], lines);
}

function shown({ events, total, share, low, high }: Estimate): string {
  if (share === null || low === null || high === null) return 'none';
  return `${events} of ${total}: ${percent(share)} % (${percent(low)}–${percent(high)} %)`;
}

const percent = (share: number): string => (share * 100).toFixed(1);

const NAMES: Readonly<Record<string, string>> = {
  allow: 'let through',
  deny: 'denied',
  hold: 'held',
  capture: 'captured',
};

function listed(verdicts: Readonly<Record<string, number>>): string {
  return Object.entries(verdicts)
    .map(([verdict, count]) => `${count} ${NAMES[verdict] ?? verdict}`)
    .join(', ');
}

function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}
