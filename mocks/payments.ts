import type { Json } from '../src/std/canonical-json.ts';
import type { Result } from '../src/std/result.ts';
import { prng } from '../src/std/prng.ts';
import {
  type World,
  type WorldAnswer,
  type WorldCall,
  type WorldOptions,
  defineWorld,
} from '../src/lab/world/world.ts';
import { authenticate } from './payments/auth.ts';
import { balance } from './payments/balance.ts';
import { Books } from './payments/books.ts';
import { charges } from './payments/charges.ts';
import { customers } from './payments/customers.ts';
import { type Endpoint, type Parameters, parametersOf } from './payments/endpoint.ts';
import { type Refusal, invalid, refused } from './payments/errors.ts';
import { writeHistory } from './payments/history.ts';
import { type Attempt, IdempotencyKeys } from './payments/idempotency.ts';
import { seededIds } from './payments/ids.ts';
import { paymentIntents } from './payments/payment-intents.ts';
import { payouts } from './payments/payouts.ts';
import { refunds } from './payments/refunds.ts';
import { transfers } from './payments/transfers.ts';

const CUSTOMERS_DEFAULT = 40;

/** Each resource is one file; a new one is a file and a line here. */
const ENDPOINTS: readonly Endpoint[] = [
  ...balance,
  ...charges,
  ...customers,
  ...paymentIntents,
  ...payouts,
  ...refunds,
  ...transfers,
];

/** A payments API in Stripe's shape: enough of it that Stripe's own client libraries work against it. */
export default defineWorld({
  name: 'payments',
  paths: ['/v1/*'],
  create: (options) => new Payments(options),
});

class Payments implements World {
  readonly name = 'payments';
  readonly #books: Books;
  readonly #keys = new IdempotencyKeys();
  readonly #apiKey: string | undefined;
  #requests = 0;

  constructor({ seed, startsAt, size = CUSTOMERS_DEFAULT, apiKey }: WorldOptions) {
    this.#books = new Books(seededIds(prng(seed)), startsAt);
    this.#apiKey = apiKey;
    writeHistory(this.#books, seed, size);
  }

  get ledger(): World['ledger'] {
    return this.#books.ledger;
  }

  ids(): Readonly<Record<string, readonly string[]>> {
    const { accounts, charges, customers, paymentIntents, payouts, refunds, transfers } = this.#books;
    return {
      account: [...accounts],
      charge: [...charges.keys()],
      customer: [...customers.values()].filter((customer) => !('deleted' in customer)).map(({ id }) => id),
      payment_intent: [...paymentIntents.keys()],
      payout: [...payouts.keys()],
      refund: [...refunds.keys()],
      transfer: [...transfers.keys()],
    };
  }

  handle(call: WorldCall): WorldAnswer {
    this.#books.at = call.at;
    this.#requests += 1;
    const request = `req_${String(this.#requests).padStart(14, '0')}`;
    const answer = this.#answer(call, request);
    return { ...answer, headers: { 'request-id': request, ...answer.headers } };
  }

  #answer(call: WorldCall, request: string): WorldAnswer {
    const account = authenticate(call.headers['authorization'], this.#apiKey);
    if (!account.ok) return refused(account.failure);
    const given = parametersOf(call);
    if (!given.ok) return refused(given.failure);

    const key = call.method === 'POST' ? call.headers['idempotency-key'] : undefined;
    if (key === undefined || key === '') return this.#execute(call, given.value);
    const attempt: Attempt = { account: account.value, key, path: call.path, given: given.value, at: call.at };
    const kept = this.#keys.recall(attempt);
    if (!kept.ok) return refused(kept.failure);
    const answer = kept.value ?? this.#execute(call, given.value, (begun) => this.#keys.keep(attempt, request, begun));
    return { ...answer, headers: { 'idempotency-key': key, ...answer.headers } };
  }

  /** `keep` hears the answer only where an endpoint began: a request that failed its checks may be sent again. */
  #execute(call: WorldCall, given: Parameters, keep?: (answer: WorldAnswer) => void): WorldAnswer {
    for (const endpoint of ENDPOINTS) {
      const path = endpoint.operation.match(call.method, call.path);
      if (path === undefined) continue;
      const begun = endpoint.begin(this.#books, given, path['id'] ?? '');
      if (!begun.ok) return refused(begun.failure);
      const answer = run(begun.value, call.crash);
      keep?.(answer);
      return answer;
    }
    return refused(invalid(`Unrecognized request URL (${call.method}: ${call.path}).`, { status: 404 }));
  }
}

const CRASHED: Refusal = { status: 500, type: 'api_error', message: 'An unexpected error occurred.' };

/** Lets an endpoint that has begun do its work, or break before or after it. */
function run(work: () => Result<Json, Refusal>, crash: WorldCall['crash']): WorldAnswer {
  if (crash === 'before') return refused(CRASHED);
  const result = work();
  if (crash === 'after') return refused(CRASHED);
  return result.ok ? { status: 200, body: result.value } : refused(result.failure);
}
