import { existsSync } from 'node:fs';
import type { Instant } from '../std/clock.ts';
import type { Result } from '../std/result.ts';
import type { Engine } from '../engine/engine.ts';
import type { CallId } from '../engine/ids.ts';
import { doorClock } from '../door/clock.ts';
import { machine } from '../door/machine.ts';
import { Flights } from '../door/flight/flights.ts';
import { Freezer } from '../door/freezer.ts';
import { Operations, type OperationParts, type OperationRefused, type Outcome } from '../door/operations.ts';
import { Trail } from '../door/trail.ts';
import { foldJournal, isOfMocks, lastPolicy, openJournal, readJournal, type Recorded } from '../journal/index.ts';
import type { JournalPort } from '../door/judge/admit.ts';
import { loadRecorded, type LoadedPolicy } from '../policy/index.ts';
import { shelfIn } from '../promotion/index.ts';
import type { HoldView } from '../control/contract/holds.ts';
import { dayOf, holdView } from '../control/holds/view.ts';
import { overview, type Looked } from '../control/live/overview.ts';
import { TrafficCount } from '../control/live/traffic.ts';
import { heldIn } from '../control/lookup/held.ts';
import type { Desk, Look, Place } from './desk.ts';
import { CommandFailed } from './failure.ts';
import { USER_TOKEN } from './options.ts';
import { policyFrom } from './policy-file.ts';

/** Looks at the journal, and writes not one byte of it. */
export async function lookAtJournal<Value>(
  { data, policy }: Place,
  look: (desk: Desk) => Promise<Value>,
): Promise<Value> {
  const loaded = await offlinePolicy(data, policy);
  let seq = 0;
  const records = function* (): Generator<Recorded> {
    for (const record of readJournal(data, { tail: 'live' })) {
      ({ seq } = record);
      yield record;
    }
  };
  const { engine, grants, users, outbox, lastAt } = foldJournal(loaded.policy, records());
  const clock = doorClock(Math.max(lastAt, machine.wall()));
  const parts = { policy: loaded, engine, grants, users, outbox, journal: READ_ONLY, vault: null, clock };
  const mocked = isOfMocks(data) === true;
  const seen = { policy: loaded, engine, outbox, mocked, log: { head: { seq }, disk: { kind: 'ok' } } } as const;
  const desk = localDesk(doorless({ ...parts, shelf: shelfIn(data), mocked }), {
    look: () => lookWithout(seen, clock.now()),
    hold: (call) => holdWithout({ engine, dir: data, at: clock.now() }, call),
  });
  return look(desk);
}

/** What there is to see where no door runs: nothing is counted, and nothing moves. */
function lookWithout(premises: Looked, at: Instant): Look {
  const traffic = new TrafficCount(at, () => undefined);
  return { ...overview({ premises, traffic, paceOf: () => undefined, startedAt: at }, at), startedAt: null };
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
  if (process.env[USER_TOKEN] !== undefined) {
    throw new CommandFailed(
      `No door runs on \`${dir}\`, and none can tell whose token ${USER_TOKEN} is. Unset it, and say who you are: --by NAME.`,
    );
  }
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
    const parts = { policy, engine, grants, users, outbox, journal, vault, clock, mocked };
    return await work(
      localDesk(doorless({ ...parts, shelf: shelfIn(dir) }), {
        look: () => lookWithout({ ...parts, log: journal }, clock.now()),
        hold: (call) => holdWithout({ engine, dir, at: clock.now() }, call),
      }),
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

/** What a desk without a door sees for itself. */
interface Sight {
  readonly look: () => Look;
  readonly hold: (call: string) => Promise<HoldView>;
}

/** A held call and what comes of a yes, from the journal alone. */
async function holdWithout(
  { engine, dir, at }: { engine: Engine; dir: string; at: Instant },
  call: string,
): Promise<HoldView> {
  const hold = engine.holds.of(call as CallId);
  const facts = hold === undefined ? null : await heldIn(dir, { call, from: dayOf(engine, hold, at) });
  if (hold !== undefined && facts !== null) return holdView(engine, hold, facts, at);
  throw new CommandFailed(
    `Failed to show \`${call}\`: it does not wait for a human. \`interlock holds\` shows what does.`,
  );
}

function localDesk(operations: Operations, { look, hold }: Sight): Desk {
  const given = async <Value>(result: Result<Value, OperationRefused> | Outcome<Value>): Promise<Value> => {
    const settled = await result;
    if (!settled.ok) throw new CommandFailed(settled.failure.message);
    return settled.value;
  };
  return {
    kill: (agent, reason, by) => given(operations.kill(agent, reason, by)),
    killAll: (reason, by) => given(operations.killAll(reason, by)),
    freeze: (agent, reason, by) => given(operations.freeze(agent, reason, by)),
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
    overview: () => Promise.resolve(look()),
    hold,
    who: () => Promise.resolve(null),
    reload: (by, dry) => given(operations.reload(by, dry)),
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
