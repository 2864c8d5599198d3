import { existsSync } from 'node:fs';
import type { Result } from '../std/result.ts';
import { doorClock } from '../door/clock.ts';
import { Operations, type GrantLine, type GrantRequest, type OperationRefused } from '../door/operations.ts';
import { foldJournal, lastPolicy, openJournal, readJournal } from '../journal/index.ts';
import type { JournalPort } from '../door/admit.ts';
import { loadPolicy, type LoadedPolicy } from '../policy/index.ts';
import { readControlFile, type ControlFile } from './control-file.ts';
import { CommandFailed } from './failure.ts';
import { policyFrom } from './policy-file.ts';

/** What an operator can do, whether a door runs on the data directory or not. Refusals are thrown as {@link CommandFailed}. */
export interface Desk {
  kill(agent: string, reason: string, by: string): Promise<{ readonly severed: readonly string[] }>;
  resume(agent: string, reason: string, by: string): Promise<{ readonly frozenSince: number }>;
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
  const { engine, grants, lastAt } = foldJournal(loaded.policy, readJournal(data, { tail: 'live' }));
  const clock = doorClock(lastAt);
  return look(
    localDesk(new Operations({ policy: loaded, engine, grants, journal: READ_ONLY, clock, sever: () => [] })),
  );
}

const READ_ONLY: JournalPort = {
  append: () => {
    throw new Error('this desk only looks');
  },
  durable: () => Promise.resolve(),
};

/** How long a door may take to answer its operator before it counts as hung. */
const ANSWER_TIMEOUT_MS = 5_000;

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
  const ask = async <Value>(path: string, body?: object): Promise<Value> => {
    const response = await fetch(url + path, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(2 * ANSWER_TIMEOUT_MS),
    });
    const answer = (await response.json()) as Value & { readonly error?: string };
    if (!response.ok) throw new CommandFailed(answer.error ?? `The control API answered ${response.status}.`);
    return answer;
  };
  return {
    kill: (agent, reason, by) => ask(`/v1/agents/${encodeURIComponent(agent)}/kill`, { reason, by }),
    resume: (agent, reason, by) => ask(`/v1/agents/${encodeURIComponent(agent)}/resume`, { reason, by }),
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
    const { journal, engine, grants } = opened;
    const clock = doorClock(opened.lastAt);
    return await work(localDesk(new Operations({ policy, engine, grants, journal, clock, sever: () => [] })));
  } finally {
    await opened.close();
  }
}

function localDesk(operations: Operations): Desk {
  const given = async <Value>(result: Promise<Result<Value, OperationRefused>>): Promise<Value> => {
    const settled = await result;
    if (!settled.ok) throw new CommandFailed(settled.failure.message);
    return settled.value;
  };
  return {
    kill: (agent, reason, by) => given(operations.kill(agent, reason, by)),
    resume: (agent, reason, by) => given(operations.resume(agent, reason, by)),
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
  const loaded = recorded === undefined ? undefined : loadPolicy(recorded.text, recorded.file);
  if (loaded?.ok === true) return loaded.value;
  throw new CommandFailed(
    `No door runs on \`${dir}\`, and there is no policy at \`${file}\` to work with. Name both: --data DIR --policy FILE.`,
  );
}
