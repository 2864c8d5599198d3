import { unreachable } from '../../std/assert.ts';
import { formatMicros, minorDigits, parseMoney } from '../../std/money.ts';
import type { Call } from '../../engine/call.ts';
import type { Finding, Remedy } from '../../engine/decision.ts';
import type { CallId, RouteId, UpstreamId } from '../../engine/ids.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { pathAt } from './path-at.ts';

/**
 * A read that an agent is pointed to. `target` and `path` are `null` where the agent has to put its own id into the template,
 * and `path` also where its call came in by the own port of another upstream, which has no way there.
 */
export interface ReadStep {
  readonly route: RouteId;
  readonly upstream: string;
  readonly method: string;
  /** Below the upstream's base URL: `/v1/charges/ch_1`. */
  readonly target: string | null;
  /** Where the call came in: `/payments/v1/charges/ch_1` at the door's common address, `/v1/charges/ch_1` on the upstream's own port. */
  readonly path: string | null;
  /** `/v1/vendors/{id}` */
  readonly template: string;
}

/**
 * What a well-meant agent does next, for a program to follow; `hint` says the same to a model. After every step but
 * `done` and `stop` the agent sends its call again: the same bytes, or what the step says of them.
 */
export type NextStep =
  | { readonly do: 'wait'; readonly seconds: number }
  /** The same bytes, now. */
  | { readonly do: 'repeat' }
  /** Ask there until it says what to do. */
  | { readonly do: 'poll'; readonly url: string; readonly seconds: number }
  | { readonly do: 'read'; readonly read: ReadStep }
  /** Another amount, in the field's own unit. Bounds are inclusive. */
  | {
      readonly do: 'change';
      readonly field: string | null;
      readonly atLeast?: string;
      readonly atMost?: string;
      readonly currencies?: readonly string[];
    }
  /** Several calls of at most so many items. */
  | { readonly do: 'split'; readonly atMost: number }
  | { readonly do: 'correct'; readonly faults: readonly string[] }
  /** The field's value from one of these reads' answers. */
  | { readonly do: 'use'; readonly field: string; readonly reads: readonly ReadStep[] }
  /** It has been done: by the call named. */
  | { readonly do: 'done'; readonly earlier: CallId }
  | { readonly do: 'stop' };

/** Reasons that say: what you ask for has taken place. */
const DONE = new Set(['already_done', 'approval_used', 'already_paid']);

/** @param port the upstream whose own port the call came in by; `undefined` on the common one */
export function nextStep(call: Call, finding: Finding, policy: LoadedPolicy, port: UpstreamId | undefined): NextStep {
  const { remedy, retryable, retryAt, earlier, reason, trip } = finding;
  if (trip !== undefined) return { do: 'stop' };
  if (remedy !== undefined) return remedied(call, remedy, policy, port);
  if (retryable === 'after') {
    return { do: 'wait', seconds: Math.max(1, Math.ceil(((retryAt ?? call.at) - call.at) / 1000)) };
  }
  return earlier !== undefined && DONE.has(reason) ? { do: 'done', earlier } : { do: 'stop' };
}

function remedied(call: Call, remedy: Remedy, policy: LoadedPolicy, port: UpstreamId | undefined): NextStep {
  switch (remedy.kind) {
    case 'read': {
      const read = readStep(remedy.route, call.subject, policy, port);
      return read === undefined ? { do: 'stop' } : { do: 'read', read };
    }
    case 'amount':
      return changed(call, remedy, policy);
    case 'items':
      return { do: 'split', atMost: remedy.atMost };
    case 'fields':
      return { do: 'correct', faults: remedy.faults };
    case 'value': {
      const reads = remedy.routes.flatMap((route) => readStep(route, null, policy, port) ?? []);
      return reads.length === 0 ? { do: 'stop' } : { do: 'use', field: remedy.field, reads };
    }
    default:
      return unreachable(remedy);
  }
}

function readStep(
  id: RouteId,
  subject: string | null,
  policy: LoadedPolicy,
  port: UpstreamId | undefined,
): ReadStep | undefined {
  const route = policy.policy.routes.get(id);
  if (route === undefined) return undefined;
  const { method, upstream, template } = route;
  const target = template.includes('{') ? addressed(id, subject, policy) : template;
  return { route: id, upstream, method, target, path: target && pathAt(port, upstream, target), template };
}

function addressed(route: RouteId, subject: string | null, policy: LoadedPolicy): string | null {
  return subject === null ? null : (policy.addresses.get(route)?.(subject) ?? null);
}

function changed(
  call: Call,
  { atLeast, atMost, currencies }: Extract<Remedy, { kind: 'amount' }>,
  policy: LoadedPolicy,
): NextStep {
  const price = policy.prices.get(call.route);
  const inUnit = (text: string): string => {
    const money = parseMoney(text);
    if (money === undefined) return text;
    const digits = price?.unit === 'minor' ? minorDigits(money.currency) : 0;
    return formatMicros(money.micros * 10n ** BigInt(digits), money.currency).replace(/\.0+$/, '');
  };
  return {
    do: 'change',
    field: price?.field ?? null,
    ...(atLeast !== undefined && { atLeast: inUnit(atLeast) }),
    ...(atMost !== undefined && { atMost: inUnit(atMost) }),
    ...(currencies !== undefined && { currencies }),
  };
}
