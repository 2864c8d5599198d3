import { signal } from '@preact/signals';
import { fail, ok, type Result } from '../std/result.ts';
import type { Refusal } from '../control/contract/acts.ts';
import { inUrl } from './in-url.ts';

/** Why there is no answer. `status` is `null` where nobody answered at all. */
export interface Refused {
  readonly status: number | null;
  readonly message: string;
}

export type Answer<Value> = Promise<Result<Value, Refused>>;

/** What every request that changes something must carry; set once the session is known. */
export const csrf = signal('');

/** A door that has not answered within this does not. */
const ANSWER_MAX_MS = 15_000;

/** Asks the control API: `ask<Overview>('/v1/overview')`. The types are the contract's; the server is held to them by its tests. */
export function ask<Value>(path: string, signal?: AbortSignal): Answer<Value> {
  return exchange<Value>(path, { headers: { accept: 'application/json' } }, signal);
}

/** Changes something. Its answer came after the record was durable. */
export function act<Value>(path: string, body: object = {}): Answer<Value> {
  return exchange<Value>(path, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', 'interlock-csrf': csrf.value },
    body: JSON.stringify(body),
  });
}

async function exchange<Value>(path: string, request: RequestInit, signal?: AbortSignal): Answer<Value> {
  const tooLate = AbortSignal.timeout(ANSWER_MAX_MS);
  try {
    const response = await fetch(path, {
      ...request,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: signal === undefined ? tooLate : AbortSignal.any([signal, tooLate]),
    });
    if (response.status === 401) leaveForSignIn();
    const body: unknown = await response.json().catch(() => null);
    if (response.ok) return ok(body as Value);
    const said = (body as Refusal | null)?.error;
    return fail({
      status: response.status,
      message: said ?? `The door answered ${response.status} and did not say why.`,
    });
  } catch {
    if (signal?.aborted === true) return fail({ status: null, message: 'Not asked any more.' });
    const why = tooLate.aborted ? `did not answer within ${ANSWER_MAX_MS / 1_000} s` : 'cannot be reached';
    return fail({ status: null, message: `The door ${why}. Nothing is known of what you asked; try again.` });
  }
}

/** Signs in and comes back to where it was. */
export function leaveForSignIn(): void {
  const here = location.pathname + location.search;
  location.assign(here === '/' ? '/sign-in' : `/sign-in?next=${inUrl(here)}`);
}
