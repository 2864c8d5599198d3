import { createMiddleware } from 'hono/factory';
import type { ControlEnv } from './human.ts';

/** The page is files of this server, and talks to it alone; nobody frames it, and nothing in it may call itself a script. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** What browsers are told with every answer, whatever it is. An answer that says otherwise of itself keeps that. */
export function strictHeaders(secure: boolean) {
  const fixed: Readonly<Record<string, string>> = {
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    // A year.
    ...(secure && { 'strict-transport-security': 'max-age=31536000' }),
  };
  return createMiddleware<ControlEnv>(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(fixed)) {
      if (!context.res.headers.has(name)) context.header(name, value);
    }
  });
}
