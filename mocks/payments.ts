import type { Json } from '../src/std/canonical-json.ts';
import type { Result } from '../src/std/result.ts';
import { prng } from '../src/std/prng.ts';
import { type World, type WorldAnswer, type WorldCall, defineWorld } from '../src/lab/world/world.ts';
import { authenticate } from './payments/auth.ts';
import { Books } from './payments/books.ts';
import { type Parameters, parametersOf } from './payments/endpoint.ts';
import { ENDPOINTS } from './payments/endpoints.ts';
import { type Refusal, invalid, refused } from './payments/errors.ts';
import { FORMS } from './payments/forms.ts';
import { writeHistory } from './payments/history.ts';
import { type Attempt, IdempotencyKeys } from './payments/idempotency.ts';
import { SeededIds } from './payments/ids.ts';

const CUSTOMERS_DEFAULT = 40;

/** A payments API in Stripe's shape: enough of it that Stripe's own client libraries work against it. */
export default defineWorld({
  name: 'payments',
  paths: ['/v1/*'],
  operations: FORMS,
  ledger: [
    'charge',
    'customer_created',
    'customer_deleted',
    'customer_read',
    'customer_updated',
    'payment_intent_created',
    'payout',
    'refund',
    'transfer',
  ],
  create({ seed, startsAt, size = CUSTOMERS_DEFAULT, apiKey }) {
    const books = new Books(new SeededIds(prng(seed)), startsAt);
    writeHistory(books, seed, size);
    return new Payments(books, new IdempotencyKeys(), apiKey, 0);
  },
});

class Payments implements World {
  readonly name = 'payments';
  readonly #books: Books;
  readonly #keys: IdempotencyKeys;
  readonly #apiKey: string | undefined;
  #requests: number;

  constructor(books: Books, keys: IdempotencyKeys, apiKey: string | undefined, requests: number) {
    this.#books = books;
    this.#keys = keys;
    this.#apiKey = apiKey;
    this.#requests = requests;
  }

  fork(): World {
    return new Payments(this.#books.fork(), this.#keys.fork(), this.#apiKey, this.#requests);
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
    const asked = ENDPOINTS.find(call.method, call.path);
    if (asked === undefined) {
      return refused(invalid(`Unrecognized request URL (${call.method}: ${call.path}).`, { status: 404 }));
    }
    const begun = asked.found.begin(this.#books, given, asked.parameters['id'] ?? '');
    if (!begun.ok) return refused(begun.failure);
    const answer = run(begun.value, call.crash);
    keep?.(answer);
    return answer;
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
