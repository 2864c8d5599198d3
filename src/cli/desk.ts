import { existsSync } from 'node:fs';
import type { Result } from '../std/result.ts';
import { doorClock } from '../door/clock.ts';
import { Flights } from '../door/flights.ts';
import { Freezer } from '../door/freezer.ts';
import {
  Operations,
  type ErasedPerson,
  type GrantLine,
  type GrantRequest,
  type HoldLine,
  type OperationParts,
  type OperationRefused,
  type Outcome,
  type Resumed,
  type Reviewed,
} from '../door/operations.ts';
import { Trail } from '../door/trail.ts';
import { foldJournal, lastPolicy, openJournal, readJournal, vaultIn } from '../journal/index.ts';
import type { JournalPort } from '../door/admit.ts';
import { loadRecorded, type LoadedPolicy } from '../policy/index.ts';
import { readControlFile, type ControlFile } from './control-file.ts';
import { CommandFailed } from './failure.ts';
import { policyFrom } from './policy-file.ts';

/** What an operator can do, whether a door runs on the data directory or not. Refusals are thrown as {@link CommandFailed}. */
export interface Desk {
  kill(agent: string, reason: string, by: string): Promise<{ readonly severed: readonly string[] }>;
  resume(agent: string, reason: string, by: string): Promise<Resumed>;
  /** Calls that wait for a human; `null`: of every agent. */
  holds(agent: string | null): Promise<readonly HoldLine[]>;
  approve(call: string, by: string, reason: string): Promise<Reviewed>;
  reject(call: string, by: string, reason: string): Promise<Reviewed>;
  erase(person: string, mentions: readonly string[], by: string, reason: string): Promise<ErasedPerson>;
  createGrant(
    request: GrantRequest,
  ): Promise<{ readonly grant: { readonly id: string; readonly expiresAt: number }; readonly token: string }>;
  revokeGrant(id: string, by: string): Promise<{ readonly grant: string }>;
  listGrants(): Promise<readonly GrantLine[]>;
  status(): Promise<object>;
}

interface Place {
  readonly data: string;
  readonly policy: string;
}

/** Works at the desk of a data directory: through the running door's control API, else on the journal itself. */
export async function atDesk<Value>({ data, policy }: Place, work: (desk: Desk) => Promise<Value>): Promise<Value> {
  const control = readControlFile(data);
  if (control !== undefined && (await answers(control))) return work(remoteDesk(control));
  return withJournal(data, policy, work);
}

/** Looks only: where no door runs, the journal is read and not one byte of it is written. */
export async function lookAtDesk<Value>({ data, policy }: Place, look: (desk: Desk) => Promise<Value>): Promise<Value> {
  const control = readControlFile(data);
  if (control !== undefined && (await answers(control))) return look(remoteDesk(control));
  const loaded = await offlinePolicy(data, policy);
  const { engine, grants, outbox, lastAt } = foldJournal(loaded.policy, readJournal(data, { tail: 'live' }));
  const clock = doorClock(lastAt);
  return look(localDesk(doorless({ policy: loaded, engine, grants, outbox, journal: READ_ONLY, vault: null, clock })));
}

const READ_ONLY: JournalPort = {
  append: () => {
    throw new Error('this desk only looks');
  },
  durable: () => Promise.resolve(),
};

/** How long a door may take to answer its operator before it counts as hung. */
const ANSWER_TIMEOUT_MS = 5_000;

/** An erasure looks through everything that was ever sealed. */
const ERASURE_TIMEOUT_MS = 600_000;

/** Whether a door is there. One that is there and says nothing is worse than none: that needs a human, at once. */
async function answers({ url, token, pid }: ControlFile): Promise<boolean> {
  try {
    const response = await fetch(`${url}/v1/status`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError') return false;
    throw new CommandFailed(
      `The door at ${url} (process ${pid}) does not answer. To stop everything it does: kill -9 ${pid}. Then run this again.`,
    );
  }
}

function remoteDesk({ url, token }: ControlFile): Desk {
  const ask = async <Value>(path: string, body?: object, timeoutMs = 2 * ANSWER_TIMEOUT_MS): Promise<Value> => {
    const response = await fetch(url + path, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = (await response.json()) as Value & { readonly error?: string };
    if (!response.ok) throw new CommandFailed(answer.error ?? `The control API answered ${response.status}.`);
    return answer;
  };
  return {
    kill: (agent, reason, by) => ask(`/v1/agents/${encodeURIComponent(agent)}/kill`, { reason, by }),
    resume: (agent, reason, by) => ask(`/v1/agents/${encodeURIComponent(agent)}/resume`, { reason, by }),
    holds: (agent) => ask(`/v1/holds${agent === null ? '' : `?agent=${encodeURIComponent(agent)}`}`),
    approve: (call, by, reason) => ask(`/v1/holds/${encodeURIComponent(call)}/approve`, { reason, by }),
    reject: (call, by, reason) => ask(`/v1/holds/${encodeURIComponent(call)}/reject`, { reason, by }),
    erase: (person, mentions, by, reason) => ask('/v1/erasures', { person, mentions, by, reason }, ERASURE_TIMEOUT_MS),
    createGrant: (request) => ask('/v1/grants', request),
    revokeGrant: (id, by) => ask(`/v1/grants/${encodeURIComponent(id)}/revoke`, { by }),
    listGrants: () => ask('/v1/grants'),
    status: () => ask('/v1/status'),
  };
}

async function withJournal<Value>(
  dir: string,
  policyFile: string,
  work: (desk: Desk) => Promise<Value>,
): Promise<Value> {
  const policy = await offlinePolicy(dir, policyFile);
  const opened = await openJournal({
    dir,
    policy,
    now: () => Date.now(),
    onFailure: (error) => {
      throw error;
    },
  }).catch((error: unknown) => {
    throw new CommandFailed(error instanceof Error ? error.message : String(error));
  });
  try {
    const { journal, engine, grants, outbox } = opened;
    const clock = doorClock(opened.lastAt);
    const vault = vaultIn(dir, policy.privacy.routes.size > 0, (error) => console.error(error));
    try {
      return await work(localDesk(doorless({ policy, engine, grants, outbox, journal, vault, clock })));
    } finally {
      await vault?.close();
    }
  } finally {
    await opened.close();
  }
}

/** Without a running door there is no call to sever, and nobody has seen what led to a freeze. */
function doorless(parts: Omit<OperationParts, 'freezer'>): Operations {
  return new Operations({ ...parts, freezer: new Freezer({ ...parts, flights: new Flights(), trail: new Trail() }) });
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
    erase: (person, mentions, by, reason) => given(operations.erase(person, mentions, by, reason)),
    createGrant: (request) => given(operations.createGrant(request)),
    revokeGrant: (id, by) => given(operations.revokeGrant(id, by)),
    listGrants: () => Promise.resolve(operations.listGrants()),
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
