import type {
  Admitted,
  Assessed,
  Assessment,
  ChangedUser,
  Emergency,
  ErasedPerson,
  GrantLine,
  GrantRequest,
  HoldLine,
  NewUser,
  KilledAgent,
  Resumed,
  Reloaded,
  Reviewed,
  Stood,
  UserLine,
  UserMade,
} from '../door/operations.ts';
import type { HoldView } from '../control/contract/holds.ts';
import type { Overview } from '../control/contract/overview.ts';
import { controlFetch } from './control-fetch.ts';
import { readControlFile, type ControlFile } from './control-file.ts';
import { CommandFailed } from './failure.ts';
import { USER_TOKEN, WHOSE_TOKEN } from './options.ts';

/** What an operator can do, whether a door runs on the data directory or not. Refusals are thrown as {@link CommandFailed}. */
export interface Desk {
  kill(agent: string, reason: string, by: string): Promise<{ readonly severed: readonly string[] }>;
  killAll(reason: string, by: string): Promise<{ readonly agents: readonly KilledAgent[] }>;
  /** Stops every further call; what is in flight may finish. */
  freeze(agent: string, reason: string, by: string): Promise<{ readonly agent: string; readonly at: number }>;
  resume(agent: string, reason: string, by: string): Promise<Resumed>;
  /** Calls that wait for a human; `null`: of every agent. */
  holds(agent: string | null): Promise<readonly HoldLine[]>;
  /** One of them, with what comes of a yes. */
  hold(call: string): Promise<HoldView>;
  approve(call: string, by: string, reason: string): Promise<Reviewed>;
  reject(call: string, by: string, reason: string): Promise<Reviewed>;
  assess(assessment: Assessment): Promise<Assessed>;
  erase(person: string, mentions: readonly string[], by: string, reason: string): Promise<ErasedPerson>;
  createGrant(
    request: GrantRequest,
  ): Promise<{ readonly grant: { readonly id: string; readonly expiresAt: number }; readonly token: string }>;
  revokeGrant(id: string, by: string): Promise<{ readonly grant: string }>;
  listGrants(): Promise<readonly GrantLine[]>;
  /** @param envelope the promotion as `interlock gate` wrote it */
  admitPromotion(envelope: string, by: string): Promise<Admitted>;
  revokePromotion(promotion: string, agent: string, by: string, reason: string): Promise<Admitted>;
  demote(agent: string, by: string, reason: string): Promise<Stood>;
  breakGlass(emergency: Emergency): Promise<Stood>;
  endGlass(agent: string, by: string, reason: string): Promise<Stood>;
  addUser(user: NewUser): Promise<UserMade>;
  changeUser(user: ChangedUser): Promise<UserMade>;
  removeUser(name: string, by: string): Promise<{ readonly user: string }>;
  listUsers(): Promise<readonly UserLine[]>;
  status(): Promise<object>;
  overview(): Promise<Look>;
  /** In whose name things are done here, where a token says it; `null`: whoever says so. */
  who(): Promise<string | null>;
  /** Loads the policy's file again; `dry`: says what that would do. */
  reload(by: string, dry: boolean): Promise<Reloaded>;
}

/** The first look; `startedAt` is `null` where no door runs. */
export type Look = Omit<Overview, 'startedAt'> & { readonly startedAt: string | null };

export interface Place {
  readonly data: string;
  readonly policy: string;
}

/** Works at the desk of a data directory: through the running door's control API, else on the journal itself. */
export async function atDesk<Value>({ data, policy }: Place, work: (desk: Desk) => Promise<Value>): Promise<Value> {
  const control = readControlFile(data);
  if (control !== undefined && (await answers(control))) return work(remoteDesk(control));
  // Loaded only where no door answers: `kill` must not wait for the journal's and the policy's code.
  const { withJournal } = await import('./local-desk.ts');
  return withJournal({ data, policy }, work);
}

/** Looks only: where no door runs, the journal is read and not one byte of it is written. */
export async function lookAtDesk<Value>({ data, policy }: Place, look: (desk: Desk) => Promise<Value>): Promise<Value> {
  const control = readControlFile(data);
  if (control !== undefined && (await answers(control))) return look(remoteDesk(control));
  const { lookAtJournal } = await import('./local-desk.ts');
  return lookAtJournal({ data, policy }, look);
}

/** Works through the running door, or not at all. */
export async function atDoor<Value>(data: string, work: (desk: Desk) => Promise<Value>): Promise<Value> {
  const control = readControlFile(data);
  if (control !== undefined && (await answers(control))) return work(remoteDesk(control));
  throw new CommandFailed(`No door runs on \`${data}\`. Name the data directory of one that does: --data DIR.`);
}

/** How long a door may take to answer its operator before it counts as hung. */
export const ANSWER_TIMEOUT_MS = 5_000;

/** An erasure looks through everything that was ever sealed. */
export const ERASURE_TIMEOUT_MS = 600_000;

/** A long journal is read again, under the new policy. */
export const RELOAD_TIMEOUT_MS = 660_000;

/** Whether a door is there. One that is there and says nothing is worse than none: that needs a human, at once. */
async function answers(control: ControlFile): Promise<boolean> {
  const { url, token, pid } = control;
  try {
    const response = await controlFetch(control, '/v1/alive', {
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

function remoteDesk(control: ControlFile): Desk {
  const token = process.env[USER_TOKEN] ?? control.token;
  const ask = async <Value>(path: string, asked?: object, timeoutMs = 2 * ANSWER_TIMEOUT_MS): Promise<Value> => {
    const body = asked === undefined ? undefined : signed(asked);
    const response = await controlFetch(control, path, {
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
    killAll: (reason, by) => ask('/v1/kill', { reason, by }),
    freeze: (agent, reason, by) => ask(`/v1/agents/${encodeURIComponent(agent)}/freeze`, { reason, by }),
    resume: (agent, reason, by) => ask(`/v1/agents/${encodeURIComponent(agent)}/resume`, { reason, by }),
    holds: (agent) => ask(`/v1/holds${agent === null ? '' : `?agent=${encodeURIComponent(agent)}`}`),
    hold: (call) => ask(`/v1/holds/${encodeURIComponent(call)}`),
    approve: (call, by, reason) => ask(`/v1/holds/${encodeURIComponent(call)}/approve`, { reason, by }),
    reject: (call, by, reason) => ask(`/v1/holds/${encodeURIComponent(call)}/reject`, { reason, by }),
    assess: ({ call, ...given }) => ask(`/v1/calls/${encodeURIComponent(call)}/assess`, given),
    erase: (person, mentions, by, reason) => ask('/v1/erasures', { person, mentions, by, reason }, ERASURE_TIMEOUT_MS),
    createGrant: (request) => ask('/v1/grants', request),
    revokeGrant: (id, by) => ask(`/v1/grants/${encodeURIComponent(id)}/revoke`, { by }),
    listGrants: () => ask('/v1/grants'),
    admitPromotion: (envelope, by) => ask('/v1/promotions', { envelope, by }),
    revokePromotion: (promotion, agent, by, reason) =>
      ask(`/v1/promotions/${encodeURIComponent(promotion)}/revoke`, { agent, by, reason }),
    demote: (agent, by, reason) => ask(`/v1/agents/${encodeURIComponent(agent)}/demote`, { by, reason }),
    breakGlass: ({ agent, ...emergency }) => ask(`/v1/agents/${encodeURIComponent(agent)}/break-glass`, emergency),
    endGlass: (agent, by, reason) => ask(`/v1/agents/${encodeURIComponent(agent)}/end-glass`, { by, reason }),
    addUser: (user) => ask('/v1/users', user),
    changeUser: ({ name, ...change }) => ask(`/v1/users/${encodeURIComponent(name)}/change`, change),
    removeUser: (name, by) => ask(`/v1/users/${encodeURIComponent(name)}/remove`, { by }),
    listUsers: () => ask('/v1/users'),
    status: () => ask('/v1/status'),
    overview: () => ask('/v1/overview'),
    who: async () => (await ask<{ readonly name: string | null }>('/v1/who')).name,
    reload: (by, dry) => ask(`/v1/policy/reload${dry ? '?dry=1' : ''}`, { by }, RELOAD_TIMEOUT_MS),
  };
}

/** Without the name, where whose token it is says it. */
function signed(body: object): object {
  if (!('by' in body) || body.by !== WHOSE_TOKEN) return body;
  const { by: _, ...others } = body;
  return others;
}
