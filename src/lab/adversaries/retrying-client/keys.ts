import type { ProbeRequest } from '../../probe/course.ts';
import type { Errand } from '../errand.ts';

/**
 * Which idempotency key a repeated call carries. `a layer's`: each layer of clients makes one of its own and keeps it for its
 * attempts, as SDKs do under a job that runs again.
 */
export const KEYINGS = ['no', 'a new', 'the same', "a layer's"] as const;
export type Keying = (typeof KEYINGS)[number];

/** The header that payment APIs agree on: draft-ietf-httpapi-idempotency-key-header. */
const HEADER = 'idempotency-key';

/** Requests with their keys, written once. */
const KEYED = new WeakMap<ProbeRequest, Map<string, ProbeRequest>>();

/** @param number which call of the client it is, and in which of its layers */
export function keyed(
  errand: Errand,
  keying: Keying,
  number: { readonly call: number; readonly layer: number },
): Errand {
  if (keying === 'no') return errand;
  const key = keying === 'the same' ? 'key-0' : keying === 'a new' ? `key-${number.call}` : `key-layer-${number.layer}`;
  return { ...errand, request: withKey(errand.request, key) };
}

function withKey(request: ProbeRequest, key: string): ProbeRequest {
  let known = KEYED.get(request);
  if (known === undefined) KEYED.set(request, (known = new Map<string, ProbeRequest>()));
  let made = known.get(key);
  if (made === undefined) known.set(key, (made = { ...request, headers: { ...request.headers, [HEADER]: key } }));
  return made;
}
