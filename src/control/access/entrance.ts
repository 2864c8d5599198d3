import { timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import { getCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import type { Context } from 'hono';
import { hashToken } from '../../door/judge/identify.ts';
import type { User } from '../../journal/index.ts';
import { ROLES } from '../contract/roles.ts';
import type { Listening } from '../listen.ts';
import type { Premises } from '../premises.ts';
import type { ControlContext, ControlEnv, Human } from './human.ts';
import type { IdentityProvider } from './oidc.ts';
import { comesFromOurselves, cookieName, isOwnHost, type Exposure } from './own-origin.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Lock, Throttle, Verdict } from './throttle.ts';

export const CSRF_HEADER = 'interlock-csrf';

export interface EntranceParts {
  readonly premises: Pick<Premises, 'users' | 'operations'>;
  readonly sessions: Sessions;
  readonly throttle: Throttle;
  /** Of those who come back from the identity provider: whoever shows wrong tokens does not keep them out. */
  readonly callbacks: Throttle;
  readonly exposure: Exposure;
  /** Who vouches for people, beside their own tokens; `null`: nobody. */
  readonly provider: IdentityProvider | null;
  /** Of the machine's token, which `control.json` holds. */
  readonly adminHash: string;
}

/** What is open to everybody: by method and path, exactly. */
export const OPEN: ReadonlySet<string> = new Set([
  'GET /sign-in',
  'POST /sign-in',
  'GET /oidc/start',
  'GET /oidc/callback',
]);

/**
 * Nobody comes past here unknown. Who has not shown who they are gets the same answer whatever they ask, so that they learn
 * nothing: which paths there are, what runs here, who is on record.
 */
export function entrance(parts: EntranceParts) {
  const { exposure } = parts;
  return createMiddleware<ControlEnv>(async (context, next) => {
    const { method, path } = context.req;
    const asked = `${method === 'HEAD' ? 'GET' : method} ${path}`;
    if (!isOwnHost(context.req.header('host'), exposure)) {
      return context.json({ error: 'This is not reached by that name.' }, 421);
    }
    if (OPEN.has(asked) && (parts.provider !== null || !path.startsWith('/oidc/'))) return next();
    const found = whoComes(parts, context);
    if (found.kind === 'stranger') return turnAway(context);
    if (found.kind === 'wait') return waitAnswer(context, found);
    const { human, user, session, ended } = found;
    const { known } = (context.env ?? {}) as Listening;
    // Whoever can read the data directory is never one too many.
    if (known?.(human.name ?? MACHINE) === false && human.name !== null) {
      context.header('retry-after', '1');
      return context.json({ error: 'Too many requests of yours are under way. Wait until some are answered.' }, 429);
    }
    if (session !== undefined && changes(method)) {
      const given = context.req.header(CSRF_HEADER) ?? '';
      const isOurs = comesFromOurselves((name) => context.req.header(name), exposure);
      if (!isOurs || !sameText(given, session.csrf)) {
        const how = `what changes something carries the session's \`csrf\` in \`${CSRF_HEADER}\`, and comes from this page`;
        return context.json({ error: `Refused: ${how}.` }, 403);
      }
    }
    context.set('human', human);
    const { operations } = parts.premises;
    context.set('operations', human.proof === 'machine' ? operations : operations.provenBy(human.proof));
    if (session !== undefined) context.set('session', session);
    if (ended !== undefined) context.set('ended', ended);
    if (user !== undefined) {
      context.set('isStillIn', () => ended?.aborted !== true && parts.premises.users.named(user.name) === user);
    }
    return next();
  });
}

type Found =
  | {
      readonly kind: 'known';
      readonly human: Human;
      readonly user?: User;
      readonly session?: Session;
      readonly ended?: AbortSignal;
    }
  | { readonly kind: 'stranger' }
  | Extract<Verdict, { kind: 'wait' }>;

/** Nobody's name. */
const MACHINE = ':machine';

const STRANGER = { kind: 'stranger' } as const;

/** A credential in `Authorization` alone counts where there is one: no cookie makes up for a wrong one, and none goes there. */
function whoComes(parts: EntranceParts, context: ControlContext): Found {
  const { sessions, exposure, adminHash } = parts;
  const authorization = context.req.header('authorization');
  if (authorization === undefined) {
    const id = getCookie(context, cookieName(context.req.header('host'), exposure));
    const session = id === undefined ? undefined : sessions.find(id);
    if (session === undefined) return STRANGER;
    const { user, proof, ended } = session;
    return { kind: 'known', human: { name: user.name, roles: user.roles, proof }, user, session, ended };
  }
  const token = /^Bearer ([\w.~+/-]{1,512}=*)$/.exec(authorization)?.[1];
  // Nothing that could be a token is no attempt at one.
  if (token === undefined) return STRANGER;
  // Whoever can read the data directory is never kept waiting: stopping an agent must work while somebody floods this.
  if (sameText(hashToken(token), adminHash)) {
    return { kind: 'known', human: { name: null, roles: ROLES, proof: 'machine' } };
  }
  const shown = showToken(parts, addressOf(context), token);
  if (shown.kind !== 'user') return shown;
  const { user } = shown;
  const { name, roles } = user;
  return { kind: 'known', human: { name, roles, proof: 'token' }, user, ended: sessions.presence(user) };
}

export type Shown =
  { readonly kind: 'user'; readonly user: User } | typeof STRANGER | Extract<Verdict, { kind: 'wait' }>;

/**
 * Whose token this is. An unknown one and a wrong one are the same thing, and slow down whoever shows them; a right one is never
 * kept waiting, for nobody guesses 256 bits, and whoever fails on purpose would keep everybody behind the same address out.
 */
export function showToken({ premises, throttle }: EntranceParts, address: string, token: string): Shown {
  const tokenHash = hashToken(token);
  const user = premises.users.ofTokenHash(tokenHash);
  // The map found it by digest; the comparison in constant time leaves nothing to a lookup's timing.
  if (user?.tokenHash === undefined || !sameText(user.tokenHash, tokenHash)) {
    const verdict = throttle.ask(address);
    if (verdict.kind === 'wait') return verdict;
    recordLock(premises.operations, throttle.failed(address));
    return STRANGER;
  }
  throttle.succeeded(address);
  return { kind: 'user', user };
}

/** On record, and not waited for: a guesser learns nothing by how long the disk takes. */
export function recordLock(operations: Premises['operations'], lock: Lock | undefined): void {
  if (lock === undefined) return;
  // A journal that has failed ends the process, and says so itself.
  operations.recordSignIn({ what: 'locked', ...lock }).catch(() => undefined);
}

/** The same for every path and method: a page for who navigates, a line for who does not. */
function turnAway(context: ControlContext): Response {
  const { method, url } = context.req;
  const navigates = method === 'GET' && (context.req.header('accept') ?? '').includes('text/html');
  if (!navigates) {
    context.header('www-authenticate', 'Bearer');
    return context.json({ error: 'Sign in first, or send your token as a bearer token.' }, 401);
  }
  const { pathname, search } = new URL(url);
  const wanted = pathname === '/' && search === '' ? '' : `?next=${encodeURIComponent(pathname + search)}`;
  return context.redirect(`/sign-in${wanted}`, 303);
}

export function waitAnswer(context: Context, { retryAfterSeconds }: Extract<Verdict, { kind: 'wait' }>): Response {
  context.header('retry-after', String(retryAfterSeconds));
  return context.json({ error: `Too many have tried. Wait ${retryAfterSeconds} s.` }, 429);
}

export function addressOf(context: Context): string {
  return getConnInfo(context).remote.address ?? 'unknown';
}

function changes(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** In constant time, of texts of any length. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashToken(a)), Buffer.from(hashToken(b)));
}
