import type { Instant } from '../std/clock.ts';
import type { AgentId, GrantId, RouteId } from '../engine/ids.ts';
import type { GrantEntry } from './entry.ts';

/** A token's rights: one agent, one task, one environment, some routes, until an expiry. The token itself is kept nowhere. */
export interface Grant {
  readonly id: GrantId;
  /** SHA-256 (hex) of the token. */
  readonly tokenHash: string;
  readonly agent: AgentId;
  readonly task: string;
  readonly environment: string;
  /** `null`: every route its agent has. */
  readonly routes: readonly RouteId[] | null;
  /** What was declared for its task, by name: `payee` → `acct_1`. Absent: nothing. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** The thumbprint (`x5t#S256`) of the client certificate that it is good with alone. Absent: it is good without any. */
  readonly certificate?: string;
  readonly expiresAt: Instant;
  /** The grant it was narrowed from. */
  readonly parent: GrantId | null;
  /** The digest of its agent's identity when it was made; absent: the policy declared none. With another it is no good. */
  readonly identity?: string;
}

export type GrantState = 'live' | 'expired' | 'revoked';

/**
 * Every grant ever made, by id and by token.
 *
 * What is added stays as it was: a second grant with a known id or token changes nothing, and a revocation is for ever.
 */
export class Grants {
  readonly #byId = new Map<GrantId, Grant>();
  readonly #byTokenHash = new Map<string, Grant>();
  readonly #revoked = new Set<GrantId>();

  add(grant: Grant): void {
    if (this.#byId.has(grant.id) || this.#byTokenHash.has(grant.tokenHash)) return;
    this.#byId.set(grant.id, grant);
    this.#byTokenHash.set(grant.tokenHash, grant);
  }

  /** Ends a grant, and with it every grant narrowed from it. */
  revoke(id: GrantId): void {
    this.#revoked.add(id);
  }

  byId(id: GrantId): Grant | undefined {
    return this.#byId.get(id);
  }

  byTokenHash(tokenHash: string): Grant | undefined {
    return this.#byTokenHash.get(tokenHash);
  }

  isRevoked(id: GrantId): boolean {
    return this.#revoked.has(id);
  }

  all(): readonly Grant[] {
    return [...this.#byId.values()];
  }

  save(): GrantsJson {
    return { grants: this.all(), revoked: [...this.#revoked] };
  }

  static load({ grants, revoked }: GrantsJson): Grants {
    const loaded = new Grants();
    for (const grant of grants) loaded.add(grant);
    for (const id of revoked) loaded.revoke(id);
    return loaded;
  }
}

export interface GrantsJson {
  readonly grants: readonly Grant[];
  readonly revoked: readonly GrantId[];
}

/** Longer chains of narrowing give no right: nobody narrows that often, and every request walks the chain. */
export const GRANT_DEPTH_MAX = 32;

/**
 * Whether a grant is good at `at`. It is only as good as every grant it was narrowed from: a revoked or expired ancestor
 * ends it too, and so does one that nobody knows.
 */
export function grantState(grant: Grant, at: Instant, grants: Grants): GrantState {
  let expired = false;
  let one: Grant | undefined = grant;
  for (let depth = 0; depth < GRANT_DEPTH_MAX; depth += 1) {
    if (one === undefined || grants.isRevoked(one.id)) return 'revoked';
    if (at >= one.expiresAt) expired = true;
    if (one.parent === null) return expired ? 'expired' : 'live';
    one = grants.byId(one.parent);
  }
  return 'revoked';
}

export function grantOf(entry: GrantEntry): Grant {
  const {
    grant: id,
    tokenHash,
    agent,
    task,
    environment,
    routes,
    values,
    certificate,
    expiresAt,
    parent,
    identity,
  } = entry;
  const grant = { id, tokenHash, agent, task, environment, routes, expiresAt, parent };
  return {
    ...grant,
    ...(values !== undefined && { values }),
    ...(certificate !== undefined && { certificate }),
    ...(identity !== undefined && { identity }),
  };
}
