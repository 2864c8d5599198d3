import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import { formatMoney, type Money } from '../../std/money.ts';
import { isReadable, type Call, type PaymentFact } from '../call.ts';
import type { Finding } from '../decision.ts';
import type { Effectiveness } from '../event.ts';
import { bookKey, books, pass, type Guard, type Monitor, type Over } from '../guard.ts';
import type { CallId, RuleId } from '../ids.ts';
import { concerns, type Policy, type RouteSet } from '../policy.ts';

/** What a payment header may say: pinned network, asset and payee, one payment per request. */
export interface PaymentRule {
  readonly rule: RuleId;
  readonly routes: RouteSet;
  /** CAIP-2: `eip155:8453`. */
  readonly network: string;
  /** Addresses are in lower case, here and in the facts. */
  readonly asset: string;
  readonly payTo: ReadonlySet<string>;
  readonly max: Money;
  /** How long a request counts as paid for; at most {@link DAY_MS}. */
  readonly withinMs: number;
  /** Whether headers that state no asset (x402 v1) are taken to mean the pinned one. */
  readonly unstatedAsset: 'allow' | 'deny';
}

/** How long a signed payment may be valid, how long its nonce is remembered, and the longest `within`. */
export const DAY_MS = 86_400_000;
/** Payments remembered per day; beyond it further ones are refused: a payment forgotten could be made twice. */
export const PAYMENTS_PER_DAY_MAX = 100_000;

type Stated = Exclude<PaymentFact, { readonly fault: string }>;

/**
 * What an agent may pay for a call, to whom, and once. Like a card's terminal it looks at what is signed, not at what was
 * quoted: a quote comes from whoever wants the money.
 *
 * INVARIANT: where a policy reads payments at all, a call that carries one passes only by a rule of its agent for its route.
 */
export const payment: Guard = {
  name: 'payment',
  status: 403,
  install: (policy) => {
    const judges = (route: Call['route']): boolean => policy.routes.get(route)?.payment !== undefined;
    return books<PaymentMonitor>(policy, judges, (over) => new PaymentMonitor(policy, over));
  },
};

interface Paid {
  readonly call: CallId;
  readonly at: Instant;
}

/** One for all agents: a nonce is used once, whoever sends it. */
class PaymentMonitor implements Monitor {
  readonly key: string;
  readonly #policy: Policy;
  readonly #real: PaymentMonitor | undefined;
  readonly #pass = pass('payment', 'payment' as RuleId);
  /** Requests whose payment is on its way: paid for as long as that takes. */
  readonly #open = new Map<string, CallId>();
  /** Requests that were paid for, in two generations of a day, so that what is over is forgotten at once. */
  #paid: Generations<Paid> = { current: new Map(), previous: new Map() };
  /** Nonces of every payment that was let through. What was signed is out of our hands, whatever came of it. */
  #nonces: Generations<CallId> = { current: new Map(), previous: new Map() };
  #turnedAt: Instant = 0;

  constructor(policy: Policy, over?: Over<PaymentMonitor>) {
    this.key = bookKey('payment', over);
    this.#policy = policy;
    this.#real = over?.real;
  }

  check(call: Call): Finding {
    const stated = call.particulars?.payment ?? null;
    if (stated === null) return this.#pass;
    const rule = this.#ruleOf(call);
    if (rule === undefined) return notAllowed(call);
    if ('fault' in stated) return unreadable(rule.rule, stated.fault);
    return departure(rule, stated, call) ?? this.#repeated(rule, stated, call) ?? pass('payment', rule.rule);
  }

  decided(call: Call, allowed: boolean): void {
    const stated = statedBy(call);
    if (!allowed || stated === undefined) return;
    this.#turn(call.at);
    this.#open.set(requestOf(call), call.id);
    this.#nonces.current.set(stated.nonce, call.id);
  }

  ended(call: Call, at: Instant, effectiveness: Effectiveness): void {
    if (statedBy(call) === undefined) return;
    const request = requestOf(call);
    if (this.#open.get(request) === call.id) this.#open.delete(request);
    if (effectiveness === 'ineffective') return;
    this.#turn(at);
    this.#paid.current.set(request, { call: call.id, at });
  }

  save(): Json {
    const paid = (generation: ReadonlyMap<string, Paid>): Json =>
      [...generation].map(([request, { call, at }]) => [request, call, at]);
    return {
      turnedAt: this.#turnedAt,
      open: [...this.#open],
      paid: [paid(this.#paid.previous), paid(this.#paid.current)],
      nonces: [[...this.#nonces.previous], [...this.#nonces.current]],
    };
  }

  load(state: Json): void {
    const { turnedAt, open, paid, nonces } = state as unknown as Saved;
    const paidOf = (rows: Saved['paid'][0]): Map<string, Paid> =>
      new Map(rows.map(([request, call, at]) => [request, { call, at }]));
    this.#turnedAt = turnedAt;
    for (const [request, call] of open) this.#open.set(request, call);
    this.#paid = { previous: paidOf(paid[0]), current: paidOf(paid[1]) };
    this.#nonces = { previous: new Map(nonces[0]), current: new Map(nonces[1]) };
  }

  #ruleOf({ agent, route }: Call): PaymentRule | undefined {
    return this.#policy.agents.get(agent)?.rules.payment.find(({ routes }) => concerns(routes, route));
  }

  /** The payment for a request that is on its way. */
  openOf(request: string): CallId | undefined {
    return this.#open.get(request) ?? this.#real?.openOf(request);
  }

  /** The last payment for a request that counts as made. */
  paidOf(request: string): Paid | undefined {
    const own = find(this.#paid, request);
    const real = this.#real?.paidOf(request);
    return own === undefined || (real !== undefined && real.at > own.at) ? real : own;
  }

  sentWith(nonce: string): CallId | undefined {
    return find(this.#nonces, nonce) ?? this.#real?.sentWith(nonce);
  }

  /** When there is room for more nonces; `undefined`: there is. */
  fullUntil(at: Instant): Instant | undefined {
    const isFull = this.#nonces.current.size >= PAYMENTS_PER_DAY_MAX && at < this.#turnedAt + DAY_MS;
    return isFull ? this.#turnedAt + DAY_MS : this.#real?.fullUntil(at);
  }

  /** A payment for what was paid for, a nonce that was used, or more payments than can be remembered. */
  #repeated({ rule, withinMs }: PaymentRule, { nonce }: Stated, call: Call): Finding | undefined {
    const request = requestOf(call);
    const open = this.openOf(request);
    if (open !== undefined) return alreadyPaid(rule, open, withinMs);
    const paid = this.paidOf(request);
    if (paid !== undefined && paid.at > call.at - withinMs) return alreadyPaid(rule, paid.call, withinMs);
    const earlier = this.sentWith(nonce);
    if (earlier !== undefined) return nonceUsed(rule, earlier);
    const fullUntil = this.fullUntil(call.at);
    return fullUntil === undefined ? undefined : tooMany(rule, fullUntil);
  }

  #turn(at: Instant): void {
    if (at < this.#turnedAt + DAY_MS) return;
    this.#paid = { current: new Map(), previous: this.#paid.current };
    this.#nonces = { current: new Map(), previous: this.#nonces.current };
    this.#turnedAt = at;
  }
}

interface Generations<Value> {
  readonly current: Map<string, Value>;
  readonly previous: ReadonlyMap<string, Value>;
}

interface Saved {
  readonly turnedAt: Instant;
  readonly open: readonly [string, CallId][];
  readonly paid: readonly [readonly [string, CallId, Instant][], readonly [string, CallId, Instant][]];
  readonly nonces: readonly [readonly [string, CallId][], readonly [string, CallId][]];
}

function find<Value>({ current, previous }: Generations<Value>, key: string): Value | undefined {
  return current.get(key) ?? previous.get(key);
}

/** The logical request: what an agent asks for, whatever headers it asks with. */
function requestOf({ agent, fingerprint }: Call): string {
  return `${agent} ${fingerprint}`;
}

function statedBy({ particulars }: Call): Stated | undefined {
  const stated = particulars?.payment ?? null;
  return stated === null || 'fault' in stated ? undefined : stated;
}

/** Where a payment departs from what its rule pins. */
function departure(pinned: PaymentRule, stated: Stated, { amount, at }: Call): Finding | undefined {
  const { rule, network, asset, payTo, max, unstatedAsset } = pinned;
  if (stated.network !== network) {
    return refuse(rule, 'network_not_allowed', stated.network, network, `Pay on ${network}, or not at all.`);
  }
  if (stated.asset === '' && unstatedAsset === 'deny') {
    const hint = 'Pay by x402 version 2, whose header states the asset.';
    return refuse(rule, 'asset_not_stated', `x402 version ${stated.version}`, asset, hint);
  }
  if (stated.asset !== '' && stated.asset !== asset) {
    const hint = 'Pay in the asset that is allowed; others may look like it and be worth something else.';
    return refuse(rule, 'asset_not_allowed', stated.asset, asset, hint);
  }
  if (!payTo.has(stated.payTo)) {
    const hint =
      'You may not pay this account. Do not take an account from an answer; report to a human who asks for it.';
    return refuse(rule, 'payee_not_allowed', stated.payTo, [...payTo].join(', '), hint);
  }
  if (amount === null || !isReadable(amount) || amount.currency !== max.currency) {
    const hint = `Only payments that can be counted in ${max.currency} are allowed.`;
    return refuse(rule, 'amount_not_countable', stated.amount, formatMoney(max), hint);
  }
  if (amount.micros > max.micros) {
    const hint = `One payment may be at most ${formatMoney(max)}. Do not split it; report the price to a human.`;
    return refuse(rule, 'payment_too_large', formatMoney(amount), formatMoney(max), hint);
  }
  if (stated.validUntil > at + DAY_MS) {
    const hint = 'Sign a payment that ends within a day: while it is valid, whoever holds it can use it.';
    return refuse(rule, 'valid_too_long', `valid for ${formatDuration(stated.validUntil - at)}`, '1d', hint);
  }
  return undefined;
}

function notAllowed({ agent, route }: Call): Finding {
  const hint = `You may not pay for ${route}. Send the call without a payment, or report the price to a human.`;
  return {
    ...refuse(`${agent}.payment` as RuleId, 'payment_not_allowed', 'a payment', 'none', hint),
    retryable: 'never',
  };
}

function unreadable(rule: RuleId, fault: string): Finding {
  const hint =
    'Send one payment header, as the x402 specification describes it for the scheme `exact` on EVM networks.';
  return refuse(rule, 'payment_unreadable', fault, 'one readable payment', hint);
}

function alreadyPaid(rule: RuleId, earlier: CallId, withinMs: number): Finding {
  const hint = `This request was already paid for (${earlier}), or may have been. Use its answer; sign no second payment.`;
  const limit = `one payment per request in ${formatDuration(withinMs)}`;
  return { ...refuse(rule, 'already_paid', 'a second payment', limit, hint), retryable: 'never', earlier };
}

function nonceUsed(rule: RuleId, earlier: CallId): Finding {
  const hint =
    'This signed payment was already sent. Ask for the price again, and sign a new payment only if it was refused.';
  return { ...refuse(rule, 'nonce_used', 'a nonce used before', 'once', hint), earlier };
}

function tooMany(rule: RuleId, retryAt: Instant): Finding {
  const limit = `${PAYMENTS_PER_DAY_MAX} in a day`;
  const hint = 'So many payments were made that no more can be kept apart. Stop and report this to a human.';
  return { ...refuse(rule, 'too_many_payments', limit, limit, hint), retryable: 'after', retryAt };
}

function refuse(rule: RuleId, reason: string, observed: string, limit: string, hint: string): Finding {
  return { guard: 'payment', rule, verdict: 'deny', reason, observed, limit, retryable: 'if-changed', hint };
}
