import { totalWords, waitsWords } from '../../warehouse/why/account.ts';
import { isRecorded, recordedDeed, tookEffect, wouldHave } from '../../warehouse/why/recorded.ts';
import type { Ledger, Step } from '../../warehouse/why/told.ts';
import { becauseOf, deed } from '../../warehouse/why/wording.ts';
import type { LedgerLine, LedgerView } from '../contract/story.ts';

/** Every write of something, and what it comes to. */
export function ledgerShown({ name, steps, omitted, reads, totals }: Ledger): LedgerView {
  return { name, lines: steps.map(lineOf), omitted, reads, totals: totals.flatMap(totalWords) };
}

function lineOf(step: Step): LedgerLine {
  const { call, at, agent, became } = step;
  const what = isRecorded(step) ? recordedDeed(step) : whatOf(step);
  return { call, at: new Date(at).toISOString(), agent, what, ...outcomeOf(step), became };
}

function whatOf(step: Step): string {
  if (step.verdict === 'deny' || step.verdict === 'hold') return `wanted to ${deed(step, 'wish')}`;
  if (step.verdict === 'capture') return `meant to ${deed(step, 'wish')}`;
  return tookEffect(step) ? deed(step, 'fact') : `tried to ${deed(step, 'wish')}`;
}

function outcomeOf(step: Step): Pick<LedgerLine, 'came' | 'outcome'> {
  const { verdict, because, end, waits, became } = step;
  if (isRecorded(step)) {
    const would = wouldHave(step);
    const came =
      end?.effectiveness === 'effective' ? 'done' : end?.effectiveness === 'ineffective' ? 'failed' : 'unknown';
    return { came, outcome: `as recorded${would === '' ? '' : `; ${would}`}` };
  }
  if (verdict === 'deny')
    return { came: 'denied', outcome: `refused: ${because === null ? 'no reason is recorded' : becauseOf(because)}` };
  if (verdict === 'hold')
    return { came: 'held', outcome: became === null ? waitsWords({ waits, became }) : 'waited for a human, then sent' };
  if (verdict === 'capture') return { came: 'captured', outcome: 'meant, not sent' };
  if (end?.effectiveness === 'effective') return { came: 'done', outcome: `took effect, answered ${end.status}` };
  if (end?.effectiveness === 'ineffective')
    return { came: 'failed', outcome: `did not happen${end.status === null ? '' : `, answered ${end.status}`}` };
  return { came: 'unknown', outcome: 'nobody knows' };
}
