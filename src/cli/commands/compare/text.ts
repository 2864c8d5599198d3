import Table from 'cli-table3';
import { formatMoney } from '../../../std/money.ts';
import { formatDuration } from '../../../std/duration.ts';
import type { Estimate } from '../../../evidence/index.ts';
import type {
  AgentAction,
  Comparison,
  Confusion,
  Coverage,
  Disagreement,
  Divergence,
  MoneyJson,
  MoneyRow,
  PeopleAction,
} from '../../../evidence/divergence/model.ts';
import { visibleJson, visibleLine } from '../../../report/visible.ts';
import { estimateText, several } from '../../estimate-text.ts';

/** Enough to see what kind it is; --json lists them all. */
const SHOWN_MAX = 10;

/** What a comparison has found, for a person at a terminal. */
export function divergenceText(found: Divergence): string {
  const { comparison, coverage } = found;
  const lines = [
    `${found.agent ?? 'All agents'}, case by ${found.caseField}${withinText(found.withinMs)}.`,
    '',
    ...coverageLines(found),
    ...(coverage.compared === 0
      ? []
      : [...headline(found), '', classTable(comparison), '', ...confusionLines(comparison.confusion)]),
    ...disagreementLines(comparison),
  ];
  // A file's or an agent's own words must not repaint the terminal.
  return visibleJson(lines.join('\n'));
}

const withinText = (ms: number | null): string =>
  ms === null ? '; no times are compared' : `, actions at most ${formatDuration(ms)} apart`;

function coverageLines({ coverage, badRows, badRowsMore, ignoredColumns }: Divergence): readonly string[] {
  const { compared, withoutActuals, withoutAgent, tooLarge, incomplete } = coverage;
  const rest = badRows.length + badRowsMore - Math.min(badRows.length, SHOWN_MAX);
  return [
    `${several(compared, 'case')} that both know ${compared === 1 ? 'was' : 'were'} compared.`,
    ...counted(withoutActuals, 'case', 'of the agent’s that the actuals do not know', 'withoutActuals', coverage),
    ...counted(withoutAgent, 'case', 'of the actuals that the agent never saw', 'withoutAgent', coverage),
    ...counted(incomplete, 'case', 'with a row that cannot be read', 'incomplete', coverage),
    ...counted(tooLarge, 'case', 'with too many actions to match', 'tooLarge', coverage),
    ...intentLines(coverage),
    ...(ignoredColumns.length === 0 ? [] : [`Columns that mean nothing here: ${ignoredColumns.join(', ')}.`]),
    ...(badRows.length === 0 ? [] : [`${several(badRows.length + badRowsMore, 'row')} of the actuals cannot be read:`]),
    ...badRows.slice(0, SHOWN_MAX).map(({ line, why }) => `  line ${line}: ${why}`),
    ...(rest > 0 ? [`  and ${rest} more; --json lists them`] : []),
    '',
  ];
}

/** What became of intents that are not compared, or not each for itself. */
function intentLines(coverage: Coverage): readonly string[] {
  const { triedAgain, refusedUpstream, refusedInShadow, unrouted, leftOut } = coverage;
  const lines: readonly (readonly [number, string])[] = [
    [triedAgain, 'refused and tried again: each counts once'],
    [refusedUpstream, 'refused by the upstream itself: not compared'],
    [refusedInShadow, 'refused by the door, which answers in shadow: not compared'],
    [unrouted, 'refused since it matches no route: not compared'],
    [leftOut, 'on a route that is left out'],
  ];
  return lines.flatMap(([count, what]) =>
    count === 0 ? [] : [`${several(count, 'intent')} ${count === 1 ? 'was' : 'were'} ${what}.`],
  );
}

function counted(
  count: number,
  what: string,
  which: string,
  kind: keyof Coverage['listed'],
  { listed }: Coverage,
): readonly string[] {
  if (count === 0) return [];
  const names = listed[kind].slice(0, 3).join(', ');
  return [`Not compared: ${several(count, what)} ${which} (${names}${count > 3 ? ', …' : ''}).`];
}

function headline({ comparison, noise }: Divergence): readonly string[] {
  const { cases, actions, money } = comparison;
  return [
    `Differs from people in ${estimateText(cases.differing)} of cases, in ${estimateText(actions.differing)} of actions.`,
    ...(noise === null
      ? []
      : [
          `In the ${several(noise.cases, 'case')} of both runs it differs from people in ${estimateText(noise.people.cases.differing)} of cases, ` +
            `from itself in ${estimateText(noise.itself.cases.differing)}.`,
        ]),
    `Neither did anything in ${several(cases.nothingByBoth, 'case')}. Of actions of the same class, ${estimateText(actions.exact)} have the same amount and target.`,
    ...money.map(moneyLine),
  ];
}

function moneyLine(row: MoneyRow): string {
  const { currency, agentMicros, peopleMicros, differenceMicros, absoluteMicros } = row;
  const of = (micros: string): string => amountText({ micros, currency });
  const agent = `${of(agentMicros)}${stoppedText(row)}`;
  return `Money: the agent meant ${agent}, people ${of(peopleMicros)}: ${signed({ micros: differenceMicros, currency })}. All differences together: ${of(absoluteMicros)}.`;
}

/** What of it went no further: a second refund that a guard denied would have cost nothing. */
function stoppedText({ currency, agentMicros, agentDeniedMicros, agentHeldMicros }: MoneyRow): string {
  const through = (BigInt(agentMicros) - BigInt(agentDeniedMicros) - BigInt(agentHeldMicros)).toString();
  const parts = [
    [agentDeniedMicros, 'denied'],
    [agentHeldMicros, 'held'],
  ] as const;
  const stopped = parts.filter(([micros]) => micros !== '0');
  if (stopped.length === 0) return '';
  const shown = [[through, 'let through'] as const, ...stopped];
  return ` (${shown.map(([micros, what]) => `${amountText({ micros, currency })} ${what}`).join(', ')})`;
}

function classTable({ classes }: Comparison): string {
  const table = new Table({
    head: [
      'action',
      'both',
      'the same',
      'other amount',
      'other target',
      'unclear',
      'only the agent',
      'only people',
      'both of all',
    ],
    style: { head: [], border: [] },
  });
  for (const {
    route,
    effect,
    both,
    exact,
    otherAmount,
    otherTarget,
    ambiguous,
    onlyAgent,
    onlyPeople,
    agreement,
  } of classes) {
    const counts = [both, exact, otherAmount, otherTarget, ambiguous, onlyAgent, onlyPeople].map(String);
    table.push([`${route} (${effect})`, ...counts, percentText(agreement)]);
  }
  return table.toString();
}

const percentText = (estimate: Estimate): string => estimateText(estimate).replace(/^\d+ of \d+: /, '');

/** Columns by number, so that it fits a terminal. */
function confusionLines({ names, cells }: Confusion): readonly string[] {
  const columns = names.map((_, index) => (index === names.length - 1 ? 'nothing' : String(index + 1)));
  const table = new Table({ head: ['the agent', ...columns], style: { head: [], border: [] } });
  for (const [row, name] of names.entries()) {
    const counts = (cells[row] ?? []).map((count) => (count === 0 ? '·' : String(count)));
    table.push([row === names.length - 1 ? name : `${row + 1} ${name}`, ...counts]);
  }
  return ['What the agent did, where people did what:', table.toString()];
}

function disagreementLines({ disagreements, disagreementsMore }: Comparison): readonly string[] {
  if (disagreements.length === 0) return [];
  const shown = disagreements.slice(0, SHOWN_MAX);
  const rest = disagreements.length - shown.length + disagreementsMore;
  return [
    '',
    'Disagreements, the worst first:',
    ...shown.flatMap(disagreementText),
    ...(rest > 0 ? [`  and ${rest} more; --json lists them`] : []),
  ];
}

const KINDS: Readonly<Record<Disagreement['kind'], string>> = {
  only_agent: 'only the agent',
  only_people: 'only people',
  instead: 'another action',
  amount: 'another amount',
  target: 'another target',
  ambiguous: 'nobody can say which is which',
};

function disagreementText({ kind, case: name, differs, agent, people, money }: Disagreement): readonly string[] {
  const gap = money.map(signed).join(', ');
  const what = kind === 'target' ? `${KINDS[kind]} (${differs.join(', ')})` : KINDS[kind];
  return [
    `  ${name}: ${what}${gap === '' ? '' : `, ${gap}`}`,
    ...agent.map((one) => `    agent   ${actionText(one)}  ${one.call} (${one.verdict})`),
    ...people.map((one) => `    people  ${actionText(one)}  ${one.place}`),
  ].map(visibleLine);
}

function actionText({ route, subject, amount }: AgentAction | PeopleAction): string {
  return [route, subject ?? '', amount === null ? '' : amountText(amount)].filter((part) => part !== '').join(' ');
}

const amountText = ({ micros, currency }: MoneyJson): string => formatMoney({ micros: BigInt(micros), currency });
const signed = (money: MoneyJson): string =>
  money.micros.startsWith('-') ? amountText(money) : `+${amountText(money)}`;
