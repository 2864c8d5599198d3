import { ok, type Result } from '../../std/result.ts';
import { refuse, type Refusal } from './refusal.ts';

/** The methods that a route can have. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const METHODS: readonly Method[] = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD'];

/** Methods are case-sensitive (RFC 9110, 9.1), and `get` is not GET. */
export function readMethod(raw: string): Result<Method, Refusal> {
  const method = METHODS.find((known) => known === raw);
  if (method !== undefined) return ok(method);
  return refuse(405, 'method_not_allowed', 'The method must be GET, HEAD, POST, PUT, PATCH or DELETE, in capitals.');
}
