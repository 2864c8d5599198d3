import { ok, type Result } from '../../std/result.ts';
import { refuse, type Refusal } from './refusal.ts';

/** The methods that a route can have. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const METHODS: ReadonlySet<string> = new Set<Method>(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Methods are case-sensitive (RFC 9110, 9.1), and `get` is not GET. */
export function readMethod(raw: string): Result<Method, Refusal> {
  if (METHODS.has(raw)) return ok(raw as Method);
  return refuse(405, 'method_not_allowed', 'The method must be GET, HEAD, POST, PUT, PATCH or DELETE, in capitals.');
}
