import { existsSync } from 'node:fs';
import type { Result } from '../std/result.ts';
import { doorClock } from '../door/clock.ts';
import { machine } from '../door/machine.ts';
import { Flights } from '../door/flight/flights.ts';
import { Freezer } from '../door/freezer.ts';
import { Operations, type OperationParts, type OperationRefused, type Outcome } from '../door/operations.ts';
import { Trail } from '../door/trail.ts';
import { foldJournal, isOfMocks, lastPolicy, openJournal, readJournal } from '../journal/index.ts';
import type { JournalPort } from '../door/judge/admit.ts';
import { loadRecorded, type LoadedPolicy } from '../policy/index.ts';
import { shelfIn } from '../promotion/index.ts';
import type { Desk, Place } from './desk.ts';
import { CommandFailed } from './failure.ts';
import { policyFrom } from './policy-file.ts';

/** Looks at the journal, and writes not one byte of it. */
export async function lookAtJournal<Value>(
  { data, policy }: Place,
  look: (desk: Desk) => Promise<Value>,
): Promise<Value> {
  const loaded = await offlinePolicy(data, policy);
  const { engine, grants, users, outbox, lastAt } = foldJournal(loaded.policy, readJournal(data, { tail: 'live' }));
  const clock = doorClock(Math.max(lastAt, machine.wall()));
  const parts = { policy: loaded, engine, grants, users, outbox, journal: READ_ONLY, vault: null, clock };
  return look(localDesk(doorless({ ...parts, shelf: shelfIn(data), mocked: isOfMocks(data) === true })));
}

const READ_ONLY: JournalPort = {
  append: () => {
    throw new Error('this desk only looks');
  },
  durable: () => Promise.resolve(),
};

/** Works on the journal itself, as the only one meanwhile. */
export async function withJournal<Value>(
  { data: dir, policy: policyFile }: Place,
  work: (desk: Desk) => Promise<Value>,
): Promise<Value> {
  const policy = await offlinePolicy(dir, policyFile);
  console.error(`No door runs on \`${dir}\`: this is recorded there, for the next one that does.`);
  const opened = await openJournal({
    dir,
    policy,
    now: () => machine.wall(),
    uptime: () => machine.uptime(),
    onFault: (error) => console.error(error),
    onFailure: (error) => {
      throw error;
    },
  }).catch((error: unknown) => {
    throw new CommandFailed(error instanceof Error ? error.message : String(error));
  });
  try {
    const { journal, engine, grants, users, outbox, vault, mocked } = opened;
    const clock = doorClock(opened.lastAt);
    return await work(
      localDesk(
        doorless({ policy, engine, grants, users, outbox, journal, vault, clock, mocked, shelf: shelfIn(dir) }),
      ),
    );
  } finally {
    await opened.close();
  }
}

/** Without a running door there is no call to sever, and nobody has seen what led to a freeze. */
function doorless(parts: Omit<OperationParts, 'freezer' | 'flights'>): Operations {
  const flights = new Flights();
  return new Operations({ ...parts, flights, freezer: new Freezer({ ...parts, flights, trail: new Trail() }) });
}

function localDesk(operations: Operations): Desk {
  const given = async <Value>(result: Result<Value, OperationRefused> | Outcome<Value>): Promise<Value> => {
    const settled = await result;
    if (!settled.ok) throw new CommandFailed(settled.failure.message);
    return settled.value;
  };
  return {
    kill: (agent, reason, by) => given(operations.kill(agent, reason, by)),
    resume: (agent, reason, by) => given(operations.resume(agent, reason, by)),
    holds: (agent) => given(operations.holds(agent)),
    approve: (call, by, reason) => given(operations.approve(call, by, reason)),
    reject: (call, by, reason) => given(operations.reject(call, by, reason)),
    assess: (assessment) => given(operations.assess(assessment)),
    erase: (person, mentions, by, reason) => given(operations.erase(person, mentions, by, reason)),
    createGrant: (request) => given(operations.createGrant(request)),
    revokeGrant: (id, by) => given(operations.revokeGrant(id, by)),
    listGrants: () => Promise.resolve(operations.listGrants()),
    admitPromotion: (envelope, by) => given(operations.admitPromotion(envelope, by)),
    revokePromotion: (promotion, agent, by, reason) => given(operations.revokePromotion(promotion, agent, by, reason)),
    demote: (agent, by, reason) => given(operations.demote(agent, by, reason)),
    breakGlass: (emergency) => given(operations.breakGlass(emergency)),
    endGlass: (agent, by, reason) => given(operations.endGlass(agent, by, reason)),
    addUser: (user) => given(operations.addUser(user)),
    changeUser: (user) => given(operations.changeUser(user)),
    removeUser: (name, by) => given(operations.removeUser(name, by)),
    listUsers: () => Promise.resolve(operations.listUsers()),
    status: () => Promise.resolve(operations.status()),
  };
}

/** The named policy file; without one, the policy that the journal itself recorded last. */
async function offlinePolicy(dir: string, file: string): Promise<LoadedPolicy> {
  if (existsSync(file)) return policyFrom(file);
  const recorded = lastPolicy(dir);
  const loaded = recorded === undefined ? undefined : loadRecorded(recorded);
  if (loaded?.ok === true) return loaded.value;
  throw new CommandFailed(
    `No door runs on \`${dir}\`, and there is no policy at \`${file}\` to work with. Name both: --data DIR --policy FILE.`,
  );
}
