import type { LedgerLine, LedgerView } from '../../control/contract/story.ts';
import { Mark } from '../parts/mark.tsx';
import type { MarkKind } from '../parts/shapes.ts';
import { Said } from '../parts/said.tsx';
import { Moment } from '../parts/when.tsx';
import { counted } from '../words.ts';
import { inUrl } from '../in-url.ts';

const CAME: Readonly<Record<LedgerLine['came'], MarkKind>> = {
  done: 'allow',
  failed: 'deny',
  unknown: 'fail',
  denied: 'deny',
  held: 'hold',
  captured: 'capture',
};

/** Every write of something, and what it comes to. */
export function Ledger({
  ledger: { lines, omitted, reads, totals },
  own,
}: {
  readonly ledger: LedgerView;
  readonly own?: string;
}) {
  return (
    <>
      {totals.length > 0 && (
        <ul class="totals">
          {totals.map((total) => (
            <li key={total}>
              <Said text={total} />
            </li>
          ))}
        </ul>
      )}
      {omitted > 0 && <p class="quiet">{counted(omitted, 'earlier write')} not shown.</p>}
      {lines.length === 0 ? (
        <p class="quiet">No attempt to change it.</p>
      ) : (
        <ul class="lines ledger">
          {lines.map(({ call, at, agent, what, came, outcome, became }) => (
            <li key={call} class={call === own ? 'self' : undefined}>
              <span class="quiet">
                <Moment at={at} />
              </span>
              <span>
                <Said text={agent} /> <Said text={what} />
              </span>
              <span>
                <Mark kind={CAME[came]} /> <Said text={outcome} />
                {became !== null && (
                  <>
                    {' '}
                    <a href={`/calls/${inUrl(became)}`}>as another call</a>
                  </>
                )}
              </span>
              {call === own ? <span class="quiet">this call</span> : <a href={`/calls/${inUrl(call)}`}>its story</a>}
            </li>
          ))}
        </ul>
      )}
      <p class="quiet">{counted(reads, 'read')}</p>
    </>
  );
}
