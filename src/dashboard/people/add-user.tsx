import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { ROLES, type Role } from '../../control/contract/roles.ts';
import type { UserMade } from '../../control/contract/users.ts';
import { act } from '../api.ts';
import { Mark } from '../parts/mark.tsx';

type Made = z.infer<typeof UserMade>;

const MEANS: Readonly<Record<Role, string>> = {
  viewer: 'looks, and may kill',
  operator: 'freezes, demotes, revokes and rejects',
  reviewer: 'reviews decisions',
  approver: 'approves and resumes',
  admin: 'does everything, and adds people',
};

/** Lets somebody in. Their token is shown once. */
export function AddUser({ onAdded }: { readonly onAdded: () => void }) {
  const [made, show] = useState<Made | null>(null);
  const [refused, refuse] = useState<string | null>(null);
  const add = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const given = new FormData(form);
    const name = given.get('name');
    const roles = given.getAll('role');
    if (roles.length === 0) return refuse('Choose at least one role.');
    const done = await act<Made>('/v1/users', { name: typeof name === 'string' ? name.trim() : '', roles });
    if (!done.ok) return refuse(done.failure.message);
    refuse(null);
    show(done.value);
    form.reset();
    return onAdded();
  };
  return (
    <form class="add-user" onSubmit={(event) => void add(event)}>
      <h3>Add somebody</h3>
      <label class="field">
        <span>Name, as the journal will call them</span>
        <input type="text" name="name" required maxLength={200} autocomplete="off" />
      </label>
      <fieldset class="roles">
        <legend class="quiet">May</legend>
        {ROLES.map((role) => (
          <label key={role} class="check">
            <input type="checkbox" name="role" value={role} />
            <span>
              <b>{role}</b> <span class="quiet">{MEANS[role]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {refused !== null && (
        <p class="refused" role="alert">
          <Mark kind="fail" /> {refused}
        </p>
      )}
      <div class="dialog-acts">
        <button type="submit" class="sure">
          Add
        </button>
      </div>
      {made !== null && made.token !== null && (
        <div class="token" role="status">
          <p>
            <Mark kind="good" /> {made.user.name} signs in with this token. It is shown this once, and kept nowhere:
          </p>
          <p>
            <code>{made.token}</code>
          </p>
          <button type="button" onClick={() => show(null)}>
            I have it
          </button>
        </div>
      )}
    </form>
  );
}
