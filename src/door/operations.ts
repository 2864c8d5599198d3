import { randomBytes } from 'node:crypto';
import type { Clock, Instant } from '../std/clock.ts';
import { fail, ok, type Result } from '../std/result.ts';
import { formatMoney } from '../std/money.ts';
import { isReadable } from '../engine/call.ts';
import type { Engine } from '../engine/engine.ts';
import type { AgentId, CallId, GrantId, RouteId } from '../engine/ids.ts';
import type { Entry } from '../journal/entry.ts';
import { grantState, type Grant, type Grants } from '../journal/index.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import type { JournalPort } from './admit.ts';
import { hashToken, TOKEN_PREFIX } from './identify.ts';

/** Why an operation was refused: what failed, on what, and the next step. */
export interface OperationRefused {
  readonly status: 400 | 404 | 409;
  readonly message: string;
}

type Outcome<Value> = Promise<Result<Value, OperationRefused>>;

export interface GrantRequest {
  readonly agent: string;
  readonly task: string;
  readonly expiresMs: number;
  /** `null`: every route the agent (or the parent grant) has. */
  readonly routes: readonly string[] | null;
  /** The grant to narrow. */
  readonly parent: string | null;
  readonly by: string;
}

export interface OperationParts {
  readonly policy: LoadedPolicy;
  readonly engine: Engine;
  readonly grants: Grants;
  readonly journal: JournalPort;
  readonly clock: Clock;
  /** Cuts an agent's connections. Without a running door there are none. */
  readonly sever: (agent: AgentId) => readonly CallId[];
}

/** A month: a grant is for a task, not for good. */
const EXPIRES_MAX_MS = 31 * 86_400_000;

/**
 * What humans do to a running door, or to its journal while no door runs: grants, kills, resumes.
 * Each is a journal entry, and answers only once that entry is on the disk.
 */
export class Operations {
  readonly #parts: OperationParts;

  constructor(parts: OperationParts) {
    this.#parts = parts;
  }

  /** Stops an agent and severs its calls. Killing a frozen agent again is allowed: it severs what a freeze let finish. */
  async kill(agent: string, reason: string, by: string): Outcome<{ readonly severed: readonly CallId[] }> {
    const id = this.#known(agent);
    if (!id.ok) return id;
    const { engine, clock, sever } = this.#parts;
    // Nothing comes between these: severing settles calls, and their outcomes stand before the freeze in the journal.
    const severed = sever(id.value);
    const freeze = { agent: id.value, at: clock.now(), trip: 'kill', by: `human:${by}`, reason } as const;
    engine.apply({ kind: 'frozen', freeze });
    await this.#record({ kind: 'freeze', ...freeze, call: null, severed });
    return ok({ severed });
  }

  /** Lets a frozen agent work again. Only here does a freeze end. */
  async resume(agent: string, reason: string, by: string): Outcome<{ readonly frozenSince: Instant }> {
    const id = this.#known(agent);
    if (!id.ok) return id;
    const { engine, clock } = this.#parts;
    const freeze = engine.frozen(id.value);
    if (freeze === undefined) return refused(409, `Failed to resume \`${agent}\`: it is not frozen.`);
    const at = clock.now();
    // In one step, so that the journal's order is the engine's: no call may be decided between the two (I8).
    // A write admitted after it is durable only after it, too.
    const { journal } = this.#parts;
    journal.append({ kind: 'resume', at, agent: id.value, by: `human:${by}`, reason });
    engine.apply({ kind: 'resumed', agent: id.value, at });
    await journal.durable();
    return ok({ frozenSince: freeze.at });
  }

  /** Makes a grant. The token is in the answer and nowhere else. */
  async createGrant(request: GrantRequest): Outcome<{ readonly grant: Grant; readonly token: string }> {
    const { clock, grants, policy } = this.#parts;
    const at = clock.now();
    const parent = request.parent === null ? null : this.#parent(request.parent, at);
    if (parent !== null && !parent.ok) return parent;
    const agent = this.#known(request.agent);
    if (!agent.ok) return agent;
    const checked = this.#narrowed(request, agent.value, parent?.value ?? null, at);
    if (!checked.ok) return checked;
    const token = TOKEN_PREFIX + randomBytes(32).toString('base64url');
    const grant: Grant = {
      id: `grant_${randomBytes(8).toString('hex')}` as GrantId,
      tokenHash: hashToken(token),
      agent: agent.value,
      task: request.task,
      environment: policy.environment,
      ...checked.value,
      parent: parent?.value.id ?? null,
    };
    const { id, ...fields } = grant;
    await this.#record({ kind: 'grant', at, grant: id, ...fields, by: request.by });
    grants.add(grant);
    return ok({ grant, token });
  }

  /** Ends a grant and every grant narrowed from it, at once, on open connections too. */
  async revokeGrant(id: string, by: string): Outcome<{ readonly grant: GrantId }> {
    const { grants, clock } = this.#parts;
    const grant = grants.byId(id as GrantId);
    if (grant === undefined)
      return refused(404, `Failed to revoke \`${id}\`: no such grant. \`interlock grant list\` shows them.`);
    grants.revoke(grant.id);
    await this.#record({ kind: 'revoke', at: clock.now(), grant: grant.id, by });
    return ok({ grant: grant.id });
  }

  listGrants(): readonly GrantLine[] {
    const { grants, clock } = this.#parts;
    const at = clock.now();
    return grants.all().map((grant) => ({
      grant: grant.id,
      agent: grant.agent,
      task: grant.task,
      environment: grant.environment,
      routes: grant.routes,
      expiresAt: new Date(grant.expiresAt).toISOString(),
      parent: grant.parent,
      state: grantState(grant, at, grants),
    }));
  }

  /** What every agent is doing: stage, freeze, limits, and calls whose outcome is open. */
  status(): object {
    const { policy, engine, clock } = this.#parts;
    const at = clock.now();
    const open = [...engine.open()];
    const agents = [...policy.policy.agents.values()].map((agent) => ({
      agent: agent.id,
      stage: agent.stage,
      frozen: engine.frozen(agent.id) ?? null,
      limits: engine
        .levels(agent.id, at)
        .map(({ guard, rule, limit, remaining }) => ({ guard, rule, limit, remaining })),
      open: open
        .filter((call) => call.agent === agent.id)
        .map(({ id, route, subject, amount }) => ({
          call: id,
          route,
          subject,
          amount: amount !== null && isReadable(amount) ? formatMoney(amount) : null,
        })),
    }));
    return { at: new Date(at).toISOString(), policy: policy.digest, environment: policy.environment, agents };
  }

  #known(agent: string): Result<AgentId, OperationRefused> {
    const { agents } = this.#parts.policy.policy;
    if (agents.has(agent as AgentId)) return ok(agent as AgentId);
    return refused(404, `No agent \`${agent}\` in the policy. It names: ${[...agents.keys()].join(', ')}.`);
  }

  #parent(id: string, at: Instant): Result<Grant, OperationRefused> {
    const { grants } = this.#parts;
    const parent = grants.byId(id as GrantId);
    if (parent === undefined) return refused(404, `Failed to narrow \`${id}\`: no such grant.`);
    const state = grantState(parent, at, grants);
    return state === 'live' ? ok(parent) : refused(409, `Failed to narrow \`${id}\`: it is ${state}.`);
  }

  /** A grant never has more than its agent, and a child never more than its parent. */
  #narrowed(
    { routes, expiresMs, agent: asked }: GrantRequest,
    agent: AgentId,
    parent: Grant | null,
    at: Instant,
  ): Result<Pick<Grant, 'routes' | 'expiresAt'>, OperationRefused> {
    if (!(expiresMs > 0 && expiresMs <= EXPIRES_MAX_MS)) return refused(400, 'A grant lasts from 1ms to 31d.');
    if (parent !== null && parent.agent !== agent) {
      return refused(400, `Failed to narrow \`${parent.id}\`: it is of \`${parent.agent}\`, not of \`${asked}\`.`);
    }
    const expiresAt = at + expiresMs;
    if (parent !== null && expiresAt > parent.expiresAt) {
      const end = new Date(parent.expiresAt).toISOString();
      return refused(400, `A narrower grant must end with its parent, ${end}, or before. Ask for a shorter --expires.`);
    }
    const allowed = this.#parts.policy.policy.agents.get(agent)?.allow.map(({ route }) => route) ?? [];
    const beyond = routes?.find(
      (route) => !allowed.includes(route as RouteId) || parent?.routes?.includes(route as RouteId) === false,
    );
    if (beyond !== undefined) {
      return refused(
        400,
        `\`${beyond}\` is not among the routes of ${parent === null ? `\`${agent}\`` : 'the parent grant'}.`,
      );
    }
    return ok({ routes: (routes as readonly RouteId[] | null) ?? parent?.routes ?? null, expiresAt });
  }

  async #record(entry: Entry): Promise<void> {
    this.#parts.journal.append(entry);
    await this.#parts.journal.durable();
  }
}

export interface GrantLine {
  readonly grant: GrantId;
  readonly agent: AgentId;
  readonly task: string;
  readonly environment: string;
  readonly routes: readonly RouteId[] | null;
  readonly expiresAt: string;
  readonly parent: GrantId | null;
  readonly state: string;
}

function refused(status: OperationRefused['status'], message: string): Result<never, OperationRefused> {
  return fail({ status, message });
}
