import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Proof, User } from '../../journal/index.ts';
import { mayOf } from '../contract/roles.ts';
import { SessionView, WhoView } from '../contract/session.ts';
import { answers, asks, refuse, tell, type ControlApp } from '../routes/operation.ts';
import { addressOf, showToken, type EntranceParts } from './entrance.ts';
import type { ControlContext } from './human.ts';
import { may } from './may.ts';
import { comesFromOurselves, cookieName } from './own-origin.ts';
import { onwardPage, SIGN_IN_POLICY, signInPage, type SignInPage } from './sign-in-page.ts';

/** A token and the name of its field. */
export const SIGN_IN_BODY_MAX_BYTES = 4_096;
export const NEXT_MAX_CHARACTERS = 500;

const session = createRoute({
  method: 'get',
  path: '/v1/session',
  operationId: 'session',
  tags: ['people'],
  summary: 'Who has signed in here, and what they may do',
  ...asks('look'),
  responses: answers('Of whoever came by a cookie.', SessionView, 409),
});

const who = createRoute({
  method: 'get',
  path: '/v1/who',
  operationId: 'who',
  tags: ['people'],
  summary: 'Whose credential this is, and what they may do',
  ...asks('look'),
  responses: answers('By a cookie, a person’s token or the machine’s.', WhoView),
});

/** The form, and what becomes of what is entered there. */
export function signInRoutes(app: ControlApp, parts: EntranceParts): void {
  const { premises, sessions, exposure } = parts;
  app.get('/sign-in', (context) => {
    const next = ownPath(context.req.query('next'));
    if (context.req.header('sec-fetch-site') === 'cross-site') {
      return page(context, onwardPage(next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`));
    }
    const id = getCookie(context, cookieName(context.req.header('host'), exposure));
    if (id !== undefined && sessions.find(id) !== undefined) return context.redirect(next, 303);
    return form(context, parts, 200, { next });
  });
  app.post('/sign-in', bodyLimit({ maxSize: SIGN_IN_BODY_MAX_BYTES }), async (context) => {
    const next = ownPath(context.req.query('next'));
    if (!comesFromOurselves((name) => context.req.header(name), exposure)) {
      return form(context, parts, 403, { next, alert: 'That came from another page. Enter it here.' });
    }
    const shown = showToken(parts, addressOf(context), await enteredToken(context));
    if (shown.kind === 'wait') {
      context.header('retry-after', String(shown.retryAfterSeconds));
      return form(context, parts, 429, {
        next,
        alert: `Too many have tried. Wait ${shown.retryAfterSeconds} seconds.`,
      });
    }
    if (shown.kind === 'stranger') return form(context, parts, 401, { next, alert: 'That did not let you in.' });
    await letIn(context, parts, shown.user, 'token');
    return context.redirect(next, 303);
  });
  app.post('/sign-out', may('look'), async (context) => {
    const session = context.get('session');
    const { name } = context.get('human');
    if (session === undefined || name === null) return context.json({ error: 'There is no session to end.' }, 409);
    sessions.end(session);
    const { secure } = exposure;
    deleteCookie(context, cookieName(context.req.header('host'), exposure), { path: '/', secure });
    const { proof } = session;
    await premises.operations.recordSignIn({ what: 'out', user: name, proof, address: addressOf(context) });
    return context.json({ signedOut: true });
  });
  app.openapi(who, (context) => {
    const { name, roles, proof } = context.get('human');
    return tell(context, WhoView, { name, roles, may: [...mayOf(roles)], proof });
  });
  app.openapi(session, (context) => {
    const open = context.get('session');
    const { name, roles } = context.get('human');
    if (open === undefined || name === null) {
      return refuse(context, 409, 'There is no session: you came with a bearer token.');
    }
    const expiresAt = new Date(open.expiresAt).toISOString();
    return tell(context, SessionView, { name, roles, may: [...mayOf(roles)], csrf: open.csrf, expiresAt });
  });
}

/**
 * Opens a session of somebody who has shown that it is them. On record first: nobody is in whom the journal does not know of.
 * A session that the browser had before ends; its id is worth nothing from here on.
 */
export async function letIn(context: Context, parts: EntranceParts, user: User, proof: Proof): Promise<void> {
  const { premises, sessions, exposure } = parts;
  const name = cookieName(context.req.header('host'), exposure);
  const before = getCookie(context, name);
  const old = before === undefined ? undefined : sessions.find(before);
  await premises.operations.recordSignIn({ what: 'in', user: user.name, proof, address: addressOf(context) });
  if (old !== undefined) sessions.end(old);
  const { id } = sessions.open(user, proof);
  setCookie(context, name, id, { path: '/', httpOnly: true, sameSite: 'Strict', secure: exposure.secure });
}

/** The form's only field; anything else than one text is no token. */
async function enteredToken(context: ControlContext): Promise<string> {
  const type = context.req.header('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) return '';
  const fields = new URLSearchParams(await context.req.text());
  const tokens = fields.getAll('token');
  return tokens.length === 1 ? (tokens[0] ?? '').trim() : '';
}

/** Where somebody wanted to go, if that is a path of ours; `/` where it leads anywhere else. */
export function ownPath(next: string | undefined): string {
  if (next === undefined || next.length > NEXT_MAX_CHARACTERS || !/^\/(?![/\\])[\x21-\x7e]*$/.test(next)) return '/';
  const base = 'http://interlock.invalid';
  if (next.includes('\\') || !URL.canParse(next, base)) return '/';
  const { origin, pathname, search } = new URL(next, base);
  return origin === base && !pathname.startsWith('//') ? pathname + search : '/';
}

type Status = 200 | 401 | 403 | 429 | 503;

export function form(
  context: Context,
  { provider }: EntranceParts,
  status: Status,
  said: Omit<SignInPage, 'oidc'>,
): Response {
  return page(context, signInPage({ ...said, oidc: provider !== null }), status);
}

export function page(context: Context, html: string, status: Status = 200): Response {
  context.header('content-security-policy', SIGN_IN_POLICY);
  return context.html(html, status);
}
