import { canonicalJson } from '../../src/std/canonical-json.ts';
import type { Instant } from '../../src/std/clock.ts';
import { type Result, fail, ok } from '../../src/std/result.ts';
import type { WorldAnswer } from '../../src/lab/world/world.ts';
import type { Parameters } from './endpoint.ts';
import { type Refusal, invalid } from './errors.ts';

const KEY_CHARACTERS_MAX = 255;
/** Stripe keeps keys for at least this long; here exactly. */
const KEPT_MS = 86_400_000;

/** One POST under an idempotency key. */
export interface Attempt {
  readonly account: string;
  readonly key: string;
  readonly path: string;
  readonly given: Parameters;
  readonly at: Instant;
}

interface Kept {
  readonly path: string;
  readonly given: string;
  readonly at: Instant;
  readonly request: string;
  readonly answer: WorldAnswer;
}

/**
 * Answers kept by idempotency key, per account (https://docs.stripe.com/api/idempotent_requests).
 * Whatever an endpoint answered once it had begun is kept, 402 and 500 included.
 * A call is handled whole or not at all, so two never meet half-way and there is no 409.
 */
export class IdempotencyKeys {
  readonly #kept: Map<string, Kept>;

  constructor(kept: ReadonlyMap<string, Kept> = new Map()) {
    this.#kept = new Map(kept);
  }

  fork(): IdempotencyKeys {
    return new IdempotencyKeys(this.#kept);
  }

  /** The kept answer as a replay; `undefined` where the key is new. */
  recall(attempt: Attempt): Result<WorldAnswer | undefined, Refusal> {
    const { key, path, at } = attempt;
    if (key.length > KEY_CHARACTERS_MAX) {
      return fail(invalid(`Idempotency keys are up to ${KEY_CHARACTERS_MAX} characters long.`));
    }
    const kept = this.#kept.get(nameOf(attempt));
    if (kept === undefined || at - kept.at >= KEPT_MS) return ok(undefined);
    if (kept.path !== path) return misused(key, `for the same endpoint (\`${kept.path}\`, not \`${path}\`)`);
    if (kept.given !== canonicalJson(attempt.given)) return misused(key, 'with the same parameters');
    const headers = { 'idempotency-key': key, 'original-request': kept.request, 'idempotent-replayed': 'true' };
    return ok({ ...kept.answer, headers });
  }

  keep(attempt: Attempt, request: string, answer: WorldAnswer): void {
    const { path, given, at } = attempt;
    this.#kept.set(nameOf(attempt), { path, given: canonicalJson(given), at, request, answer });
  }
}

function nameOf({ account, key }: Attempt): string {
  return `${account} ${key}`;
}

function misused(key: string, how: string): Result<never, Refusal> {
  const message = `Keys for idempotent requests can only be used ${how} they were first used with. Use another key than '${key}' for another request.`;
  return fail({ status: 400, type: 'idempotency_error', message });
}
