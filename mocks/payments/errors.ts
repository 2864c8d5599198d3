import type { WorldAnswer } from '../../src/lab/world/world.ts';

/** A request refused in Stripe's words (https://docs.stripe.com/api/errors). */
export interface Refusal {
  readonly status: number;
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  readonly message: string;
  readonly code?: string;
  readonly param?: string;
  readonly decline_code?: string;
}

/** The parameters are wrong, or the state forbids it: 400 unless said otherwise. */
export function invalid(message: string, about: { status?: number; code?: string; param?: string } = {}): Refusal {
  return { status: 400, type: 'invalid_request_error', message, ...about };
}

/** What a path names does not exist: 404. A parameter that names nothing is 400 in most places. */
export function missing(kind: string, id: string, param = 'id', status = 404): Refusal {
  return invalid(`No such ${kind}: '${id}'`, { status, code: 'resource_missing', param });
}

export function refused({ status, ...error }: Refusal): WorldAnswer {
  if (error.code === undefined) return { status, body: { error } };
  const doc_url = `https://stripe.com/docs/error-codes/${error.code.replaceAll('_', '-')}`;
  return { status, body: { error: { ...error, doc_url } } };
}
