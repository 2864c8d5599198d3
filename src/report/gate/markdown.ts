import type { Criterion } from '../../gate/criterion.ts';
import { code, markdownTable, prose } from '../markdown.ts';
import { visible } from '../visible.ts';
import { openedBy } from './commands.ts';
import type { GateReport } from './report.ts';
import {
  countsText,
  criterionText,
  lackingCriteria,
  lackingText,
  OUTCOME_WORD,
  verdictText,
  waitText,
} from './words.ts';

/** A summary on a CI page is cut off far beyond this; what is left out stands in the page. */
const SHOWN_COMMANDS = 12;

/** The verdict for the summary of a CI run: what it is, why, what lacks, and how to look behind it. */
export function gateMarkdown(report: GateReport): string {
  const { result, policy, data } = report;
  const { evidence, version } = result;
  const wait = waitText(result);
  return [
    `# ${result.verdict}: ${prose(verdictText(result))}`,
    [countsText(result), ...(wait === undefined ? [] : [wait])].join(' '),
    lacking(result.criteria),
    markdownTable(['', 'Criterion', 'Required', 'Observed', 'Margin'], result.criteria.map(row)),
    behind(report),
    [
      `Policy ${code(policy.file)} ${code(policy.digest.slice(0, 12))}, identity ${code(evidence.basis.identityDigest.slice(0, 12))},`,
      evidence.journal.head === null
        ? `journal ${code(data)}, which is empty;`
        : `journal ${code(data)} up to record ${evidence.journal.head.seq};`,
      `Interlock ${prose(version)}.`,
    ].join(' '),
    '',
  ]
    .filter((part) => part !== null)
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

/** A mark that is not told by colour alone. */
const MARK: Readonly<Record<Criterion['outcome'], string>> = {
  pass: '✓',
  fail: '✗',
  inconclusive: '?',
  waived: '–',
  shown: '·',
};

function row(criterion: Criterion): readonly string[] {
  const { outcome, required, observed, margin } = criterion;
  const said = `${MARK[outcome]} ${OUTCOME_WORD[outcome]}`;
  return [
    outcome === 'fail' ? `**${said}**` : said,
    prose(criterionText(criterion)),
    prose(required),
    prose(observed),
    margin === null ? '' : prose(margin),
  ];
}

function lacking(criteria: readonly Criterion[]): string | null {
  const lines = lackingCriteria(criteria).map(
    (criterion) => `- **${prose(criterionText(criterion))}**: ${withCode(lackingText(criterion))}`,
  );
  return lines.length === 0 ? null : lines.join('\n');
}

/** Of what failed or lacks, the first thing to look at. */
function behind({ result, data }: GateReport): string | null {
  const commands = new Set(
    lackingCriteria(result.criteria).flatMap((criterion) => {
      const first = criterion.behind.find(({ kind }) => kind !== 'file');
      return first === undefined ? [] : [openedBy(first, data)];
    }),
  );
  const shown = [...commands].slice(0, SHOWN_COMMANDS);
  if (shown.length === 0) return null;
  const text = shown.map((command) => visible(command.replaceAll(/\r|\n/g, ' '))).join('\n');
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `To look behind it:\n\n${fence}sh\n${text}\n${fence}`;
}

/** What stands between backticks in a sentence of ours is a command. */
function withCode(text: string): string {
  return text
    .split('`')
    .map((part, index, all) => (index % 2 === 1 && index < all.length - 1 ? code(part) : prose(part)))
    .join('');
}
