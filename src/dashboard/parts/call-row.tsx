import type { CallLine } from '../../control/contract/live.ts';
import { Verdict } from './verdict.tsx';
import { inUrl } from '../in-url.ts';

interface CallRowParts {
  readonly line: CallLine;
  readonly outcome: {
    readonly status: number | null;
    readonly failure: string | null;
    readonly durationMs?: number | null;
  } | null;
}

/** One call in one line (on a phone two), and the way to its whole story. */
export function CallRowLink({ line, outcome }: CallRowParts) {
  return (
    <a class="call-row" href={`/calls/${inUrl(line.call)}`}>
      <time class="call-time" dateTime={line.at}>
        {line.at.slice(11, 19)}
        <small>{line.at.slice(19, 23)}</small>
      </time>{' '}
      <Verdict verdict={line.verdict} /> <span class="call-agent">{line.agent}</span>{' '}
      <span class="call-route">
        {line.route} <span class="quiet">{line.subject}</span>
      </span>{' '}
      <span class="call-amount">{line.amount}</span> <span class="call-end">{ending(line, outcome)}</span>
    </a>
  );
}

/** Why it was not let through, or how it ended; nothing while nobody has said. */
function ending({ verdict, rule, reason }: CallLine, outcome: CallRowParts['outcome']): string {
  if (verdict === 'deny' || verdict === 'hold')
    return [reason, rule === null ? null : `(${rule})`].filter(Boolean).join(' ');
  if (outcome === null) return '';
  const { status, failure, durationMs } = outcome;
  const took = durationMs == null ? '' : ` in ${Math.round(durationMs)} ms`;
  if (failure !== null) return `${failure}${took}`;
  return status === null ? '' : `${status}${took}`;
}
