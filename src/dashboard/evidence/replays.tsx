import type { ReplayView } from '../../control/contract/lookups.ts';
import { Empty } from '../parts/empty.tsx';
import { Said } from '../parts/said.tsx';
import { Ago } from '../parts/when.tsx';
import { counted } from '../words.ts';

/** What candidate policies would have changed of what was recorded. */
export function Replays({ replays }: { readonly replays: readonly ReplayView[] }) {
  if (replays.length === 0) {
    return (
      <Empty>
        No replay was kept. <code>interlock replay candidate.yaml --keep NAME</code> leaves one here.
      </Empty>
    );
  }
  return (
    <ul class="cards">
      {replays.map(({ name, at, candidate, calls, changes, unjudged }) => (
        <li key={name} class="card">
          <h3>
            <Said text={name} />
          </h3>
          <p class="quiet">
            <code>{candidate.file}</code> over {counted(calls, 'call')}, <Ago at={at} />
          </p>
          {changes.length === 0 ? (
            <p>It would have changed nothing.</p>
          ) : (
            <ul class="lines">
              {changes.map(({ kind, calls: changed, money, certain }) => (
                <li key={kind}>
                  <b>{kind.replaceAll('_', ' ')}</b>: {counted(changed, 'call')}
                  {money.length > 0 && `, ${money.join(', ')}`}
                  {certain < changed && <span class="quiet"> ({certain} of them for certain)</span>}
                </li>
              ))}
            </ul>
          )}
          {unjudged > 0 && <p class="quiet">{counted(unjudged, 'call')} could not be judged.</p>}
        </li>
      ))}
    </ul>
  );
}
