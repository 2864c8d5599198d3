import type { ShadowRoute } from '../../policy/index.ts';
import type { Reading } from '../../door/judge/reading.ts';
import type { MadeAnswer } from '../../door/shadow.ts';
import { stringify } from '../json.ts';
import { fill } from '../synthesis/fill.ts';

/** What is answered of an item that the session deleted: in the API's own form, where the policy or a template knows it. */
export function goneAnswer({ call, request }: Reading, { gone }: ShadowRoute, path: string): MadeAnswer {
  const material = { request, at: call.at, seed: call.id, item: undefined, made: () => undefined };
  const filled = gone && fill(gone.plan, material);
  const text = filled?.ok === true ? stringify(filled.value) : undefined;
  if (gone === undefined || text === undefined) {
    return problem(404, 'Not Found', 'not_found', `${path} was deleted earlier in this session.`);
  }
  return { status: gone.status, headers: ['content-type', 'application/json'], body: Buffer.from(text) };
}

/** What is answered to a write that was to happen only to an item as it was, and the session changed it since (RFC 9110, 13.1.1). */
export function changedSince(path: string): MadeAnswer {
  return preconditionFailed(`${path} was changed earlier in this session: it has another ETag now.`);
}

/** What is answered to a write that was to happen only to an item with another tag than it had when the session last read it. */
export function readOtherwise(path: string): MadeAnswer {
  return preconditionFailed(`${path} had another ETag when this session last read it.`);
}

function preconditionFailed(detail: string): MadeAnswer {
  return problem(412, 'Precondition Failed', 'precondition_failed', detail);
}

/** Like a denial it has an `error` too: the official Stripe client takes any JSON without one for a success. */
function problem(status: number, title: string, code: string, detail: string): MadeAnswer {
  const error = { type: 'invalid_request_error', code, message: detail };
  const body = { type: 'about:blank', title, status, detail, error };
  return { status, headers: ['content-type', 'application/problem+json'], body: Buffer.from(JSON.stringify(body)) };
}
