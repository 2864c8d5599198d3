import type { Json } from '../src/std/canonical-json.ts';
import type { Instant } from '../src/std/clock.ts';
import { readRequest } from '../src/lab/world/request.ts';
import type { Course, ProbeRequest, Step } from '../src/lab/probe/course.ts';
import { BUSINESS_KEY, type Field, worldOf } from '../src/lab/probe/field.ts';

const NOON = Date.UTC(2026, 5, 15, 16);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** One token per agent and task, named as the arena names them: `sellers/day`. */
export function course(steps: readonly Step[], startsAt: Instant = NOON): Course {
  const names = steps.flatMap((step) => (step.kind === 'call' ? [step.grant] : []));
  const grants = [...new Set(names)].map((name) => {
    const [agent = '', task = ''] = name.split('/');
    return { name, agent, task };
  });
  return { startsAt, grants, steps };
}

export const call = (
  grant: string,
  request: ProbeRequest,
  more: Pick<Step & { kind: 'call' }, 'fault' | 'lastsMs'> = {},
): Step => ({
  kind: 'call',
  grant: `${grant}/day`,
  request,
  ...more,
});
export const wait = (ms: number): Step => ({ kind: 'wait', ms });

export function form(target: string, values: Readonly<Record<string, string | number>>): ProbeRequest {
  const body = Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { upstream: 'payments', method: 'POST', target, headers, body };
}

export function json(upstream: string, target: string, body: Json): ProbeRequest {
  return {
    upstream,
    method: 'POST',
    target,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

export const get = (upstream: string, target: string): ProbeRequest => ({ upstream, method: 'GET', target });
export const remove = (target: string): ProbeRequest => ({ upstream: 'shop', method: 'DELETE', target });

/** What a business shows under an address, before anything happens. */
export function shown(
  field: Field,
  upstream: string,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Json {
  const world = field.worlds.get(upstream);
  if (world === undefined) throw new Error(`Failed to read ${path}: no business is called ${upstream}`);
  const headers = { authorization: `Bearer ${BUSINESS_KEY}` };
  return worldOf(world).handle({ at: field.startsAt, method: 'GET', path, query, headers, body: null }).body;
}

interface Charge {
  readonly id: string;
  readonly amount: number;
  readonly amount_refunded: number;
  readonly disputed: boolean;
}

/** A charge of more than so many cents that nothing has happened to. */
export function charge(field: Field, cents = 5_000): string {
  const { data } = shown(field, 'payments', '/v1/charges', { limit: '100' }) as unknown as {
    readonly data: readonly Charge[];
  };
  const found = data.find((one) => one.amount > cents && one.amount_refunded === 0 && !one.disputed);
  if (found === undefined) throw new Error(`Failed to find a whole charge of more than ${cents} cents`);
  return found.id;
}

/** The id that the next charge gets. */
export function charged(field: Field, { target, body = '', headers = {} }: ProbeRequest): string {
  const setup = field.worlds.get('payments');
  const asked = readRequest('POST', target, headers['content-type'], body);
  if (setup === undefined || !asked.ok) throw new Error(`Failed to charge by ${body}: nobody takes it`);
  const authorised = { ...headers, authorization: `Bearer ${BUSINESS_KEY}` };
  const answer = worldOf(setup).handle({ at: NOON, ...asked.value, headers: authorised });
  return (answer.body as unknown as Charge).id;
}

interface Order {
  readonly id: string;
  readonly status: string;
  readonly refunded: number;
  readonly items: readonly { readonly sku: string }[];
}

export const ids = (field: Field, upstream: string, kind: string): readonly string[] =>
  field.worlds.get(upstream)?.asItStands.ids()[kind] ?? [];

export function orders(field: Field): readonly Order[] {
  const all = ids(field, 'shop', 'order').map((id) => shown(field, 'shop', `/orders/${id}`) as unknown as Order);
  return all.filter(({ refunded }) => refunded === 0);
}

export const refund = (of: string, more: Readonly<Record<string, string | number>> = { amount: 100 }): ProbeRequest =>
  form('/v1/refunds', { charge: of, ...more });

export const transfer = (field: Field, amount: number, currency = 'usd'): ProbeRequest =>
  form('/v1/transfers', { amount, currency, destination: ids(field, 'payments', 'account')[0] ?? '' });

export const payout = (amount: number): ProbeRequest => form('/v1/payouts', { amount, currency: 'usd' });
