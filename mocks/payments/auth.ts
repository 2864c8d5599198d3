import { type Result, fail, ok } from '../../src/std/result.ts';
import type { Refusal } from './errors.ts';

/**
 * The key a request carries, as Bearer or as the user name of Basic (https://docs.stripe.com/api/authentication).
 * Without a wanted key any secret key will do. A wrong key is shown masked, as everywhere.
 */
export function authenticate(authorization: string | undefined, wanted: string | undefined): Result<string, Refusal> {
  // The form that nearly every call has, at once.
  if (wanted !== undefined && authorization === `Bearer ${wanted}`) return ok(wanted);
  const key = keyOf(authorization ?? '');
  if (key === undefined) {
    return refuse('You did not provide an API key. Send it in the Authorization header, as Bearer or Basic.');
  }
  if (wanted === undefined ? /^[sr]k_\w+$/.test(key) : key === wanted) return ok(key);
  return refuse(`Invalid API Key provided: ${key.slice(0, 3)}${'*'.repeat(8)}${key.slice(-4)}`);
}

function keyOf(authorization: string): string | undefined {
  const [scheme, credentials = ''] = authorization.split(' ');
  if (scheme?.toLowerCase() === 'bearer') return credentials || undefined;
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  try {
    return atob(credentials).split(':')[0] || undefined;
  } catch {
    return undefined;
  }
}

function refuse(message: string): Result<never, Refusal> {
  return fail({ status: 401, type: 'invalid_request_error', message });
}
