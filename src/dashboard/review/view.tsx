import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { ReviewItem, ReviewQueue } from '../../control/contract/lookups.ts';
import { openKill } from '../acts/kill.ts';
import { address, go } from '../address.ts';
import { onKeys } from '../keys.ts';
import { overview } from '../live/feed.ts';
import { useAnswer } from '../parts/answer.ts';
import { Empty, NoAnswer } from '../parts/empty.tsx';
import { may, session } from '../session.ts';
import { Decision } from './decision.tsx';
import { Given } from './given.tsx';
import { openOutbox, said, undo, type Opinion } from './outbox.ts';
import { Progress } from './progress.tsx';

/** With fewer than this left at hand, more are asked for. */
const AHEAD = 5;

/** Decisions that somebody should look at, one at a time, by keyboard. */
export function Review() {
  const agent = address.value.query.get('agent') ?? '';
  const second = address.value.query.get('second') === 'true';
  const query = new URLSearchParams({ ...(agent !== '' && { agent }), ...(second && { second: 'true' }) });
  const asked = useAnswer<ReviewQueue>(may('assess') ? `/v1/reviews?${query}` : null);
  useEffect(openOutbox, []);
  return (
    <>
      <div class="review-head">
        <h1>Review</h1>
        <Choice agent={agent} second={second} />
      </div>
      {!may('assess') ? (
        <Empty>
          Your roles ({session.value.roles.join(', ')}) do not let you judge decisions. A reviewer can; an administrator
          makes one with <code>interlock user change {session.value.name} --role reviewer</code>.
        </Empty>
      ) : asked.kind === 'answered' ? (
        <Desk queue={asked.value} asking={asked.asking} again={asked.again} second={second} />
      ) : (
        <NoAnswer asked={asked} />
      )}
    </>
  );
}

function Choice({ agent, second }: { readonly agent: string; readonly second: boolean }) {
  const ask = (next: { agent?: string; second?: boolean }): void => {
    const wanted = { agent, second, ...next };
    const query = new URLSearchParams({
      ...(wanted.agent !== '' && { agent: wanted.agent }),
      ...(wanted.second && { second: 'true' }),
    });
    go(`/review${query.size === 0 ? '' : `?${query}`}`, 'replace');
  };
  const agents = overview.value?.agents.map((each) => each.agent) ?? [];
  return (
    <div class="review-choice">
      <label class="field">
        <span>Agent</span>
        <select value={agent} onChange={(event) => ask({ agent: event.currentTarget.value })}>
          <option value="">all</option>
          {agents.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input type="checkbox" checked={second} onChange={(event) => ask({ second: event.currentTarget.checked })} />
        <span>Second opinions only</span>
      </label>
    </div>
  );
}

interface DeskParts {
  readonly queue: ReviewQueue;
  readonly asking: boolean;
  readonly again: () => void;
  readonly second: boolean;
}

function Desk({ queue, asking, again, second }: DeskParts) {
  const [at, move] = useState<string | null>(null);
  const [writing, write] = useState<Opinion | null>(null);
  const done = new Set(said.value.filter(({ state }) => state !== 'refused').map(({ call }) => call));
  const open = queue.items.filter(({ call }) => !done.has(call));
  const index = Math.max(
    0,
    open.findIndex(({ call }) => call === at),
  );
  const item = open[index];
  useEffect(() => {
    if (open.length < AHEAD && queue.left > queue.items.length && !asking) again();
  }, [open.length, asking]);
  const step = (by: number): void => {
    write(null);
    move(open[Math.min(open.length - 1, Math.max(0, index + by))]?.call ?? null);
  };
  const back = (): void => {
    write(null);
    move(undo() ?? at);
  };
  useLayoutEffect(
    () =>
      onKeys([
        { keys: 'j', does: 'Next decision', run: () => step(1) },
        { keys: 'k', does: 'Decision before', run: () => step(-1) },
        { keys: 'z', does: 'Take the last answer back', run: back },
        { keys: 'K', does: 'Kill the agent that is looked at', run: () => openKill(item?.agent ?? null) },
      ]),
    [index, open.length, item?.call],
  );
  const follow = (): void => {
    write(null);
    move((open[index + 1] ?? open[index - 1])?.call ?? null);
  };
  return (
    <>
      <Progress queue={queue} given={done.size} />
      <div class="review-desk">
        {item === undefined ? (
          <Done asking={asking} second={second} again={again} />
        ) : (
          <Decision
            key={item.call}
            item={item}
            place={{ index, of: open.length }}
            writing={writing}
            write={write}
            step={step}
            onGiven={follow}
          />
        )}
        <Given back={back} />
      </div>
      <Ahead item={open[index + 1]} />
    </>
  );
}

function Done({
  asking,
  second,
  again,
}: {
  readonly asking: boolean;
  readonly second: boolean;
  readonly again: () => void;
}) {
  if (asking) return <Empty>Asking the door for more…</Empty>;
  return (
    <Empty>
      {second
        ? 'No decision waits for a second opinion of yours.'
        : 'Nothing waits for your review. What is reviewed is a sample of each kind of write, and everything odd.'}{' '}
      {may('assess') && (
        <button type="button" onClick={again}>
          Look again
        </button>
      )}
    </Empty>
  );
}

/** What comes next is announced to who cannot see it. Its story is here already: the queue brings it along. */
function Ahead({ item }: { readonly item: ReviewItem | undefined }) {
  return <p class="unseen">{item === undefined ? 'This is the last one at hand.' : `Next: ${item.route}`}</p>;
}
