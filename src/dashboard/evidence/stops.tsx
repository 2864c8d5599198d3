import type { StopView } from '../../control/contract/lookups.ts';
import { Empty } from '../parts/empty.tsx';
import { Mark } from '../parts/mark.tsx';
import type { MarkKind } from '../parts/shapes.ts';
import { Quoted } from '../parts/said.tsx';
import { Moment } from '../parts/when.tsx';
import { actor, counted, listed, reasonOf } from '../words.ts';
import { inUrl } from '../in-url.ts';

const KIND: Readonly<Record<StopView['kind'], readonly [mark: MarkKind, words: string]>> = {
  freeze: ['freeze', 'was stopped'],
  assent: ['good', 'may work again, says the first of two'],
  resume: ['resume', 'works again'],
  standing: ['note', 'came to stand elsewhere'],
};

/** Every stop and every return to work. */
export function Stops({ stops, unseen }: { readonly stops: readonly StopView[]; readonly unseen: readonly string[] }) {
  return (
    <>
      {stops.length === 0 ? (
        <Empty>Nothing was stopped.</Empty>
      ) : (
        <ul class="lines stops">
          {stops.map(({ seq, at, kind, agent, by, reason, severed }) => {
            const [mark, words] = KIND[kind];
            return (
              <li key={seq}>
                <span class="quiet">
                  <Moment at={at} />
                </span>
                <span>
                  <Mark kind={mark} /> <a href={`/agents/${inUrl(agent)}`}>{agent}</a> {words}, by {actor(by)}
                  {severed > 0 && `; ${counted(severed, 'call')} severed`}
                </span>
                <span>
                  <Quoted text={reasonOf({ by, reason })} />
                </span>
              </li>
            );
          })}
        </ul>
      )}
      {unseen.length > 0 && <p class="quiet">Not looked at in time: {listed(unseen)}.</p>}
    </>
  );
}
