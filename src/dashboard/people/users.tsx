import { useState } from 'preact/hooks';
import type { UserView } from '../../control/contract/session.ts';
import { act } from '../api.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Mark } from '../parts/mark.tsx';
import { Said } from '../parts/said.tsx';
import { tell } from '../parts/toasts.tsx';
import { Moment } from '../parts/when.tsx';
import { session } from '../session.ts';
import { listed } from '../words.ts';
import { inUrl } from '../in-url.ts';

interface UsersParts {
  readonly users: readonly UserView[];
  readonly again: () => void;
}

/** Everybody who may come in. */
export function Users({ users, again }: UsersParts) {
  const [going, ask] = useState<string | null>(null);
  if (users.length === 0) return <p class="quiet">Nobody but the machine’s own token.</p>;
  return (
    <>
      <ul class="lines users">
        {users.map(({ name, roles, by, addedBy, addedAt }) => (
          <li key={name}>
            <b>
              <Said text={name} />
            </b>
            <span>{listed(roles)}</span>
            <span class="quiet">
              {by === 'oidc' ? 'by the identity provider' : 'by token'}, added by {addedBy}, <Moment at={addedAt} />
            </span>
            <button type="button" onClick={() => ask(name)}>
              Remove…
              <span class="unseen">
                {' '}
                <Said text={name} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {going !== null && <Removal name={going} onClose={() => ask(null)} again={again} />}
    </>
  );
}

function Removal({
  name,
  onClose,
  again,
}: {
  readonly name: string;
  readonly onClose: () => void;
  readonly again: () => void;
}) {
  const [refused, refuse] = useState<string | null>(null);
  const remove = async (event: Event): Promise<void> => {
    event.preventDefault();
    const done = await act(`/v1/users/${inUrl(name)}/remove`);
    if (!done.ok) return refuse(done.failure.message);
    tell(`${name} may come in no more; their sessions have ended.`);
    onClose();
    return again();
  };
  return (
    <Dialog title={`Remove ${name}?`} onClose={onClose}>
      <form onSubmit={(event) => void remove(event)}>
        <p>
          {name === session.value.name
            ? 'That is you: you are signed out at once.'
            : 'Their token and their sessions end at once.'}{' '}
          What they did stays on record.
        </p>
        {refused !== null && (
          <p class="refused" role="alert">
            <Mark kind="fail" /> {refused}
          </p>
        )}
        <div class="dialog-acts">
          <button type="submit" class="kill">
            Remove {name}
          </button>
          <button type="button" data-first onClick={onClose}>
            Keep
          </button>
        </div>
      </form>
    </Dialog>
  );
}
