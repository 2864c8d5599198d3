import { useState } from 'preact/hooks';
import type { z } from 'zod';
import type { GrantLine } from '../../control/contract/grants.ts';
import { act } from '../api.ts';
import { now } from '../clock.ts';
import { Mark } from '../parts/mark.tsx';
import { Said } from '../parts/said.tsx';
import { tell } from '../parts/toasts.tsx';
import { Moment } from '../parts/when.tsx';
import { may } from '../session.ts';
import { listed } from '../words.ts';
import { inUrl } from '../in-url.ts';

type Grant = z.infer<typeof GrantLine>;

interface GrantsParts {
  readonly grants: readonly Grant[];
  readonly again: () => void;
}

/** What agents come in with; those that still let one in are first. */
export function Grants({ grants, again }: GrantsParts) {
  const live = grants.filter(({ state }) => state === 'live');
  const gone = grants.filter(({ state }) => state !== 'live');
  return (
    <>
      {live.length === 0 ? <p class="quiet">None lets an agent in.</p> : <List grants={live} again={again} />}
      {gone.length > 0 && (
        <details>
          <summary>{gone.length} that let nobody in any more</summary>
          <List grants={gone} again={again} />
        </details>
      )}
    </>
  );
}

function List({ grants, again }: GrantsParts) {
  return (
    <ul class="lines grants">
      {grants.map((grant) => (
        <li key={grant.grant}>
          <One grant={grant} again={again} />
        </li>
      ))}
    </ul>
  );
}

/** Taking a grant away is two presses: the second within a few seconds of the first. */
const SURE_MS = 4_000;

function One({
  grant: { grant, agent, task, routes, expiresAt, state, parent },
  again,
}: {
  readonly grant: Grant;
  readonly again: () => void;
}) {
  const [askedAt, ask] = useState<number | null>(null);
  const sure = askedAt !== null && now.value - askedAt < SURE_MS;
  const revoke = async (): Promise<void> => {
    if (!sure) return ask(now.value);
    ask(null);
    const done = await act(`/v1/grants/${inUrl(grant)}/revoke`);
    if (done.ok) tell(`${grant} lets nobody in any more.`);
    else tell(done.failure.message, 'fail');
    return again();
  };
  return (
    <>
      <span>
        <a href={`/agents/${inUrl(agent)}`}>{agent}</a>, <Said text={task} />
      </span>
      <span class="quiet">
        {state === 'live' ? 'until' : `${state.replaceAll('_', ' ')};`} <Moment at={expiresAt} /> UTC
        {routes !== null && `, for ${listed(routes)}`}
        {parent !== null && `, narrowed from ${parent}`}
      </span>
      <code>{grant}</code>
      {state === 'live' && may('restrain') && (
        <button type="button" class={sure ? 'kill' : undefined} onClick={() => void revoke()}>
          {sure ? (
            <>
              <Mark kind="asks" /> Revoke, for good
            </>
          ) : (
            <>
              Revoke…<span class="unseen"> {grant}</span>
            </>
          )}
        </button>
      )}
    </>
  );
}
