import type { OpenAPIHono } from '@hono/zod-openapi';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { User } from '../../journal/index.ts';
import { addressOf, recordLock, type EntranceParts } from './entrance.ts';
import type { ControlContext, ControlEnv } from './human.ts';
import type { IdentityProvider, Vouched } from './oidc.ts';
import { cookieName } from './own-origin.ts';
import { ERRAND_MS, type ErrandSeal } from './sealed-errand.ts';
import { form, letIn, ownPath, page } from './sign-in.ts';
import { onwardPage } from './sign-in-page.ts';

const CALLBACK = '/oidc/callback';

/** To the identity provider and back. */
export function oidcRoutes(
  app: OpenAPIHono<ControlEnv>,
  parts: EntranceParts,
  provider: IdentityProvider,
  seal: ErrandSeal,
): void {
  const { exposure, callbacks, premises } = parts;
  const { secure } = exposure;
  const origin = (context: ControlContext): string => `${secure ? 'https' : 'http'}://${context.req.header('host')}`;
  const errandCookie = (context: ControlContext): string => `${cookieName(context.req.header('host'), exposure)}-oidc`;

  app.get('/oidc/start', async (context) => {
    const next = ownPath(context.req.query('next'));
    const begun = await provider.begin(origin(context) + CALLBACK, next).catch(() => undefined);
    if (begun === undefined) {
      const alert = 'The identity provider cannot be reached. Try again, or sign in with a token.';
      return form(context, parts, 503, { next, alert });
    }
    // Lax, for it must come back from the provider's page; it is worth nothing but there.
    setCookie(context, errandCookie(context), seal.seal(begun.errand), {
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      secure,
      maxAge: ERRAND_MS / 1_000,
    });
    return context.redirect(begun.url.href, 303);
  });

  app.get(CALLBACK, async (context) => {
    const cookie = getCookie(context, errandCookie(context));
    deleteCookie(context, errandCookie(context), { path: '/', secure });
    const errand = cookie === undefined ? undefined : seal.open(cookie);
    const address = addressOf(context);
    const verdict = callbacks.ask(address);
    if (verdict.kind === 'wait') {
      context.header('retry-after', String(verdict.retryAfterSeconds));
      const alert = `Too many have tried. Wait ${verdict.retryAfterSeconds} seconds.`;
      return form(context, parts, 429, { next: '/', alert });
    }
    if (errand === undefined) {
      return form(context, parts, 401, { next: '/', alert: 'That took too long, or began elsewhere. Try again.' });
    }
    const { next } = errand;
    const answer = new URL(origin(context) + CALLBACK + new URL(context.req.url).search);
    const vouched = await provider.finish(answer, errand).catch(() => undefined);
    if (vouched === undefined) {
      recordLock(premises.operations, callbacks.failed(address));
      return form(context, parts, 401, { next, alert: 'The identity provider did not let you in.' });
    }
    const user = await personOf(parts, vouched);
    if (user === undefined) {
      recordLock(premises.operations, callbacks.failed(address));
      const alert = `The identity provider knows you as ${vouched.subject}, and nobody on record here is that. An admin lets you in: interlock user add NAME --role ROLE --oidc ${vouched.subject}`;
      return form(context, parts, 403, { next, alert });
    }
    callbacks.succeeded(address);
    await letIn(context, parts, user, 'oidc');
    return page(context, onwardPage(next));
  });
}

/** Who that is here: somebody on record, or somebody whose roles the provider vouches for as well. */
async function personOf({ premises }: EntranceParts, { subject, roles }: Vouched): Promise<User | undefined> {
  const admitted = await premises.operations.admitSubject(subject, roles);
  return admitted.ok ? admitted.value : undefined;
}
