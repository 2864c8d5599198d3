import type { HoldRow } from '../../control/contract/holds.ts';
import { useAnswer } from '../parts/answer.ts';
import { Countdown } from '../parts/countdown.tsx';
import { Empty, NoAnswer } from '../parts/empty.tsx';
import { Mark } from '../parts/mark.tsx';
import { Said } from '../parts/said.tsx';
import { Ago } from '../parts/when.tsx';
import { now } from '../clock.ts';
import { counted } from '../words.ts';
import { useNews } from './changes.ts';
import { inUrl } from '../in-url.ts';

/** Every call that waits for a person; what expires first is first. */
export function Holds() {
  const asked = useAnswer<readonly HoldRow[]>('/v1/holds');
  useNews(asked.again);
  return (
    <>
      <h1>What waits</h1>
      <p class="lead">
        A call that waits is sent by nobody until a person says yes. Approving lets exactly that request through, once,
        when its agent sends it again.
      </p>
      {asked.kind === 'answered' ? <List rows={asked.value} /> : <NoAnswer asked={asked} />}
    </>
  );
}

function List({ rows }: { readonly rows: readonly HoldRow[] }) {
  const waiting = rows
    .filter(({ expiresAt }) => Date.parse(expiresAt) > now.value)
    .toSorted((a, b) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt));
  if (waiting.length === 0) return <Empty>No call waits for a person.</Empty>;
  return (
    <>
      <p class="quiet" role="status">
        {counted(waiting.length, 'call waits', 'calls wait')}
      </p>
      <ul class="holds">
        {waiting.map((row) => (
          <li key={row.call} data-agent={row.agent}>
            <Row row={row} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Row({ row: { call, agent, sentence, effect, rules, since, expiresAt, frozen } }: { readonly row: HoldRow }) {
  return (
    <a class="hold-row" href={`/holds/${inUrl(call)}`}>
      <span class="hold-sentence">
        <Mark kind="hold" /> <Said text={sentence} />
      </span>
      <span class="hold-facts quiet">
        <span>{agent}</span>
        <span>{effect}</span>
        <span>held by {rules.join(', ')}</span>
        <span>
          asked <Ago at={since} />
        </span>
        {frozen && (
          <span class="asks-text">
            <Mark kind="freeze" /> its agent is frozen
          </span>
        )}
      </span>
      <Countdown to={expiresAt} />
    </a>
  );
}
