import type { GrantLine } from '../../control/contract/grants.ts';
import type { z } from 'zod';
import { useAnswer } from '../parts/answer.ts';
import { Empty, NoAnswer } from '../parts/empty.tsx';
import type { UserView } from '../../control/contract/session.ts';
import { may, session, signOut } from '../session.ts';
import { Moment } from '../parts/when.tsx';
import { listed } from '../words.ts';
import { AddUser } from './add-user.tsx';
import { Grants } from './grants.tsx';
import { Users } from './users.tsx';

/** Who may do what here: people, and the agents' grants. */
export function People() {
  return (
    <div class="people">
      <h1>People</h1>
      <Own />
      {may('administer') && <Admin />}
      <section aria-labelledby="grants">
        <h2 id="grants">Grants</h2>
        <GrantPart />
      </section>
    </div>
  );
}

const ACTS: Readonly<Record<string, string>> = {
  look: 'look',
  kill: 'kill',
  restrain: 'freeze, demote and revoke',
  assess: 'review decisions',
  reject: 'reject held calls',
  approve: 'approve held calls',
  resume: 'resume agents',
  administer: 'administer',
};

function Own() {
  const { name, roles, may: acts, expiresAt } = session.value;
  return (
    <section aria-labelledby="own">
      <h2 id="own">You</h2>
      <p>
        You are <b>{name}</b>, {roles.length === 0 ? 'with no role' : listed(roles)}. You may{' '}
        {listed(acts.map((each) => ACTS[each] ?? each))}.
      </p>
      <p class="quiet">
        This session ends at <Moment at={expiresAt} /> UTC.
      </p>
      <button type="button" onClick={() => void signOut()}>
        Sign out
      </button>
    </section>
  );
}

function Admin() {
  const asked = useAnswer<readonly UserView[]>('/v1/users');
  return (
    <section aria-labelledby="users">
      <h2 id="users">On record</h2>
      {asked.kind === 'answered' ? <Users users={asked.value} again={asked.again} /> : <NoAnswer asked={asked} />}
      <AddUser onAdded={asked.again} />
    </section>
  );
}

function GrantPart() {
  const asked = useAnswer<readonly z.infer<typeof GrantLine>[]>('/v1/grants');
  if (asked.kind !== 'answered') return <NoAnswer asked={asked} />;
  if (asked.value.length === 0)
    return (
      <Empty>
        No agent has a grant. <code>interlock grant create --agent NAME --task …</code> makes one.
      </Empty>
    );
  return <Grants grants={asked.value} again={asked.again} />;
}
