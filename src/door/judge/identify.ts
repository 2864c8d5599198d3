import { hash, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../std/clock.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import { grantState, type Grant, type Grants } from '../../journal/index.ts';
import type { RequestHeaders } from '../normal/headers.ts';
import type { Refusal } from '../normal/refusal.ts';
import { TOKEN_PREFIX } from '../normal/token.ts';

/** A bearer or basic credential: the scheme, one space, one token, nothing else. GitHub's clients say `token` for `Bearer`. */
const BEARER = /^(?:Bearer|token) ([\w.~+/-]+=*)$/;
const BASIC = /^Basic ([A-Za-z0-9+/]+=*)$/;

export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/** Whose request this is. Asked anew for every request, never once per connection: a revoked grant ends at once. */
export function identify(
  headers: RequestHeaders,
  grants: Grants,
  environment: string,
  at: Instant,
): Result<Grant, Refusal> {
  const token = tokenOf(headers);
  if (token === undefined && (headers.authorization !== undefined || Object.keys(headers.apiKeys).length > 0)) {
    return unauthorized('grant_unknown', `What was sent is no grant; a grant begins with ${TOKEN_PREFIX}.`);
  }
  if (token === undefined)
    return unauthorized('grant_missing', 'Send your grant as the API key: Authorization: Bearer …');
  const tokenHash = hashToken(token);
  const grant = grants.byTokenHash(tokenHash);
  // The map found it by digest; the comparison in constant time leaves nothing to a lookup's timing.
  if (grant === undefined || !timingSafeEqual(Buffer.from(grant.tokenHash), Buffer.from(tokenHash))) {
    return unauthorized('grant_unknown', 'No such grant. Ask a human for a new one.');
  }
  const lapsed = lapse(grant, at, grants);
  if (lapsed !== undefined) return fail(lapsed);
  if (grant.environment !== environment) {
    return unauthorized(
      'grant_environment',
      `This grant is for ${grant.environment}; this door serves ${environment}.`,
    );
  }
  return ok(grant);
}

/** Why a grant is good no more; `undefined` while it is. */
export function lapse(grant: Grant, at: Instant, grants: Grants): Refusal | undefined {
  const state = grantState(grant, at, grants);
  if (state === 'live') return undefined;
  return { status: 401, reason: `grant_${state}`, detail: `This grant is ${state}. Ask a human for a new one.` };
}

/** The token, where the SDK already sends its key: Bearer, Basic (as user name) or an API key header. */
function tokenOf(headers: RequestHeaders): string | undefined {
  const { authorization, apiKeys } = headers;
  const candidates: (string | undefined)[] = Object.values(apiKeys);
  if (authorization !== undefined) {
    const basic = BASIC.exec(authorization)?.[1];
    candidates.push(
      basic === undefined ? BEARER.exec(authorization)?.[1] : Buffer.from(basic, 'base64').toString().split(':', 1)[0],
    );
  }
  return candidates.find((candidate) => candidate?.startsWith(TOKEN_PREFIX));
}

function unauthorized(reason: string, detail: string): Result<never, Refusal> {
  return fail({ status: 401, reason, detail });
}
