import { randomBytes } from 'node:crypto';
import type { Instant } from '../../std/clock.ts';
import { ok, type Result } from '../../std/result.ts';
import type { AgentId, GrantId, RouteId } from '../../engine/ids.ts';
import { grantState, type Grant, type Grants } from '../../journal/index.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { hashToken } from '../judge/identify.ts';
import { isOfIdentity } from '../judge/identity-changed.ts';
import { TOKEN_PREFIX } from '../normal/token.ts';
import { declaredFor } from './declared.ts';
import { knownAgent, record, refused, type OperationParts, type OperationRefused, type Outcome } from './parts.ts';

export interface GrantRequest {
  readonly agent: string;
  readonly task: string;
  readonly expiresMs: number;
  /** `null`: every route the agent (or the parent grant) has. */
  readonly routes: readonly string[] | null;
  /** What is declared for its task, by name: `payee` → `acct_1`. Absent: nothing, or all that the parent grant declares. */
  readonly values?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The thumbprint (`x5t#S256`) of the client certificate to bind it to. Absent: none, or the parent grant's. */
  readonly certificate?: string | undefined;
  /** The grant to narrow. */
  readonly parent: string | null;
  readonly by: string;
}

/** A grant as a person or a tool reads it: never its token. */
export interface GrantLine {
  readonly grant: GrantId;
  readonly agent: AgentId;
  readonly task: string;
  readonly environment: string;
  readonly routes: readonly RouteId[] | null;
  readonly expiresAt: string;
  readonly parent: GrantId | null;
  /** `live`, `expired`, `revoked`, or `identity_changed`: it is for another version, model or prompt of its agent. */
  readonly state: string;
  /** The digest of its agent's identity when it was made; absent: the policy declared none. */
  readonly identity?: string;
  /** The client certificate that it is bound to; absent: none. */
  readonly certificate?: string;
}

/** A month: a grant is for a task, not for good. */
export const EXPIRES_MAX_MS = 31 * 86_400_000;

/** Makes a grant. The token is in the answer and nowhere else. */
export async function createGrant(
  parts: OperationParts,
  request: GrantRequest,
): Outcome<{ readonly grant: Grant; readonly token: string }> {
  const { clock, grants, policy, vault, random = randomBytes } = parts;
  const at = clock.now();
  const parent = request.parent === null ? null : parentOf(parts, request.parent, at);
  if (parent !== null && !parent.ok) return parent;
  const agent = knownAgent(parts, request.agent);
  if (!agent.ok) return agent;
  const checked = narrowed(parts, request, agent.value, parent?.value ?? null, at);
  if (!checked.ok) return checked;
  const id = `grant_${random(8).toString('hex')}` as GrantId;
  // What is compared with personal data is personal data.
  const kept = (value: string): string =>
    policy.privacy.values && vault !== null ? vault.pseudonym(`grant:${id}`, value, value) : value;
  const declared = declaredFor(request, parent?.value ?? null, kept);
  if (!declared.ok) return declared;
  const certificate = boundTo(request, parent?.value ?? null);
  if (!certificate.ok) return certificate;
  const identity = policy.identities.get(agent.value);
  const token = TOKEN_PREFIX + random(32).toString('base64url');
  const grant: Grant = {
    id,
    tokenHash: hashToken(token),
    agent: agent.value,
    task: request.task,
    environment: policy.environment,
    ...checked.value,
    ...(Object.keys(declared.value).length > 0 && { values: declared.value }),
    ...(certificate.value !== undefined && { certificate: certificate.value }),
    parent: parent?.value.id ?? null,
    ...(identity !== undefined && { identity: identity.digest }),
  };
  const { id: _id, ...fields } = grant;
  await record(parts, { kind: 'grant', at, grant: id, ...fields, by: request.by });
  grants.add(grant);
  return ok({ grant, token });
}

/**
 * Ends a grant and every grant narrowed from it, at once, on open connections too: whoever used it hears nothing more,
 * and what was admitted and not sent stays. A write that was sent goes on, for its outcome.
 */
export async function revokeGrant(parts: OperationParts, id: string, by: string): Outcome<{ readonly grant: GrantId }> {
  const { grants, clock, flights } = parts;
  const grant = grants.byId(id as GrantId);
  if (grant === undefined)
    return refused(404, `Failed to revoke \`${id}\`: no such grant. \`interlock grant list\` shows them.`);
  grants.revoke(grant.id);
  flights.hangUp((each) => {
    const held = grants.byId(each);
    return held === undefined || grantState(held, clock.now(), grants) === 'revoked';
  });
  await record(parts, { kind: 'revoke', at: clock.now(), grant: grant.id, by });
  return ok({ grant: grant.id });
}

export function listGrants({ grants, clock, policy }: OperationParts): readonly GrantLine[] {
  const at = clock.now();
  return grants.all().map((grant) => ({
    grant: grant.id,
    agent: grant.agent,
    task: grant.task,
    environment: grant.environment,
    routes: grant.routes,
    expiresAt: new Date(grant.expiresAt).toISOString(),
    parent: grant.parent,
    state: stateOf(grant, at, grants, policy),
    ...(grant.identity !== undefined && { identity: grant.identity }),
    ...(grant.certificate !== undefined && { certificate: grant.certificate }),
  }));
}

function stateOf(grant: Grant, at: Instant, grants: Grants, policy: LoadedPolicy): GrantLine['state'] {
  const state = grantState(grant, at, grants);
  return state === 'live' && !isOfIdentity(grant, policy) ? 'identity_changed' : state;
}

function parentOf({ grants, policy }: OperationParts, id: string, at: Instant): Result<Grant, OperationRefused> {
  const parent = grants.byId(id as GrantId);
  if (parent === undefined) return refused(404, `Failed to narrow \`${id}\`: no such grant.`);
  const state = stateOf(parent, at, grants, policy);
  if (state === 'identity_changed') {
    const why = `it is for another version, model or prompt of \`${parent.agent}\``;
    return refused(409, `Failed to narrow \`${id}\`: ${why}. Make a new one, without a parent.`);
  }
  return state === 'live' ? ok(parent) : refused(409, `Failed to narrow \`${id}\`: it is ${state}.`);
}

const THUMBPRINT = /^[\w-]{43}$/;

/** A narrower grant is bound as its parent is: whoever stole a bound token could else make an unbound one of it. */
function boundTo(
  { certificate }: GrantRequest,
  parent: Pick<Grant, 'id' | 'certificate'> | null,
): Result<string | undefined, OperationRefused> {
  if (certificate !== undefined && !THUMBPRINT.test(certificate)) {
    return refused(400, 'A certificate is named by its SHA-256 in base64url, 43 characters (`x5t#S256` of RFC 8705).');
  }
  const bound = parent?.certificate;
  if (parent !== null && bound !== undefined && certificate !== undefined && certificate !== bound) {
    return refused(400, `\`${parent.id}\` is bound to another certificate, and so is every grant narrowed from it.`);
  }
  return ok(certificate ?? bound);
}

/** A grant never has more than its agent, and a child never more than its parent. */
function narrowed(
  { policy }: OperationParts,
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
  const allowed = policy.policy.agents.get(agent)?.allow.map(({ route }) => route) ?? [];
  const beyond = routes?.find(
    (route) => !allowed.includes(route as RouteId) || parent?.routes?.includes(route as RouteId) === false,
  );
  if (beyond !== undefined) {
    const whose = parent === null ? `\`${agent}\`` : 'the parent grant';
    return refused(400, `\`${beyond}\` is not among the routes of ${whose}.`);
  }
  return ok({ routes: (routes as readonly RouteId[] | null) ?? parent?.routes ?? null, expiresAt });
}
