import type { GateResult } from '../../gate/criterion.ts';
import {
  criterionText,
  countsText,
  lackingSentences,
  OUTCOME_WORD,
  verdictText,
  waitText,
} from '../../report/gate/words.ts';
import { visibleLine } from '../../report/visible.ts';
import Table from 'cli-table3';

/** Of what is no terminal; narrower than the least, words would be cut. */
const [WIDTH, WIDTH_MIN] = [140, 80];
/** Of that width, for criterion, required, observed, margin and outcome: together 1. */
const SHARES = [0.22, 0.24, 0.28, 0.15, 0.11];

/** The verdict for a terminal: a table, then one sentence for each thing that lacks, then what it comes to. */
export function gateText(result: GateResult, columns: number | undefined): string {
  const rows = result.criteria.map((criterion) =>
    [
      criterionText(criterion),
      criterion.required,
      criterion.observed,
      criterion.margin ?? '',
      OUTCOME_WORD[criterion.outcome],
    ].map(visibleLine),
  );
  const lacking = lackingSentences(result).map(visibleLine);
  const wait = waitText(result);
  return [
    tableOf(rows, Math.max(WIDTH_MIN, columns ?? WIDTH)),
    ...(lacking.length === 0 ? [] : ['', ...lacking]),
    '',
    `${result.verdict}: ${visibleLine(verdictText(result))}. ${countsText(result)}${wait === undefined ? '' : ` ${wait}`}`,
  ].join('\n');
}

/** Long cells are wrapped: each criterion stays one row. */
function tableOf(rows: readonly (readonly string[])[], width: number): string {
  // Six lines of frame stand between and beside five columns.
  const colWidths = SHARES.map((share) => Math.floor(share * (width - 6)));
  const head = ['criterion', 'required', 'observed', 'margin', ''];
  const table = new Table({ head, colWidths, wordWrap: true, style: { head: [], border: [] } });
  for (const row of rows) table.push([...row]);
  return table.toString();
}
