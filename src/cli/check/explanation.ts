import Table from 'cli-table3';
import { formatMoney } from '../../std/money.ts';
import { isReadable } from '../../engine/call.ts';
import { isAdmitted, type Finding } from '../../engine/decision.ts';
import { guards } from '../../engine/guards/index.ts';
import type { Explanation } from './question.ts';

const WORD = { pass: 'pass', deny: 'DENY', hold: 'HOLD', capture: 'capture' } as const;

const ADMITTED = { allow: 'allowed', capture: 'captured' } as const;
const IN_SHADOW =
  'Its agent is in shadow: the call counts against its limits and is answered as if it had been made, and is never sent.';

/** What each guard would say of a call, as a person reads it. */
export function explanationReport({ call, decision, next, condition }: Explanation): string {
  const table = new Table({
    head: ['guard', 'rule', 'says', 'why'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [14, 34, 9, 60],
  });
  for (const finding of decision.findings)
    table.push([finding.guard, finding.rule, WORD[finding.verdict], why(finding)]);
  const looked = new Set(decision.findings.map(({ guard }) => guard));
  const silent = guards.map(({ name }) => name).filter((name) => !looked.has(name));
  const { verdict, decisive } = decision;
  return [
    `${call.agent} → ${call.route} (${call.effect})${facts(call)}`,
    table.toString(),
    `No rule of ${silent.join(', ')} concerns this call.`,
    '',
    isAdmitted(verdict)
      ? `It would be ${ADMITTED[verdict]}${condition === null ? '.' : ` if, when the door reads its subject, this holds: ${condition}`}`
      : `It would be ${verdict === 'hold' ? 'held' : 'refused'} by ${decisive.guard} (${decisive.rule}): ${decisive.reason}.`,
    ...(verdict === 'capture' ? [IN_SHADOW] : []),
    ...(decisive.hint === undefined || isAdmitted(verdict) ? [] : [`The agent is told: ${decisive.hint}`]),
    ...(next === null ? [] : [`What it should do next: ${JSON.stringify(next)}`]),
  ].join('\n');
}

function why({ reason, observed, limit }: Finding): string {
  if (reason === 'ok') return '';
  const parts = [observed === undefined ? '' : `observed ${observed}`, limit === undefined ? '' : `limit ${limit}`];
  const said = parts.filter((part) => part !== '').join(', ');
  return said === '' ? reason : `${reason}: ${said}`;
}

function facts({ subject, amount, items }: Explanation['call']): string {
  const moved = amount === null ? null : isReadable(amount) ? formatMoney(amount) : `amount ${amount.fault}`;
  const known = [subject, moved, items === null ? null : `${items} items`].filter((fact) => fact !== null);
  return known.length === 0 ? '' : `, ${known.join(', ')}`;
}

/** The same for programs: verdict, findings, the facts that were read, and the next step. */
export function explanationJson({ call, decision, next, condition }: Explanation): object {
  const { amount, ...facts } = call;
  const shown = amount === null || !isReadable(amount) ? amount : formatMoney(amount);
  return { verdict: decision.verdict, findings: decision.findings, call: { ...facts, amount: shown }, next, condition };
}
