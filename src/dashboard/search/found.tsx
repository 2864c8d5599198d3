import type { CallPage } from '../../control/contract/lookups.ts';
import { Said } from '../parts/said.tsx';
import { Verdict } from '../parts/verdict.tsx';
import { Moment } from '../parts/when.tsx';

type Call = CallPage['calls'][number];

/** Calls that were found; each leads to its story. */
export function Found({ calls }: { readonly calls: readonly Call[] }) {
  return (
    <ul class="found">
      {calls.map((call) => (
        <li key={call.call} data-agent={call.agent}>
          <a href={`/calls/${encodeURIComponent(call.call)}`}>
            <span class="quiet">
              <Moment at={call.at} /> <span class="seconds">{call.at.slice(17, 19)} s</span>
            </span>
            <Verdict verdict={call.verdict} />
            <span>
              {call.agent} <b>{call.route}</b> {call.amount} {call.subject !== null && <Said text={call.subject} />}
            </span>
            <span class="quiet">{ending(call)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function ending({ verdict, rule, reason, status, failure }: Call): string {
  if (verdict !== 'allow' && reason !== null) return `${reason.replaceAll('_', ' ')} · ${rule ?? ''}`;
  if (status !== null) return `answered ${status}`;
  return failure === null ? 'no outcome yet' : failure.replaceAll('_', ' ');
}
