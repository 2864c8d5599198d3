import type { Instant } from '../std/clock.ts';
import type { Json } from '../std/canonical-json.ts';
import type { Money } from '../std/money.ts';

/** One request as a world sees it. */
export interface WorldCall {
  /** The world's own time; drives `created` fields and expiries. */
  readonly at: Instant;
  readonly method: string;
  /** Without query, percent-decoded: `/v1/charges/ch_1`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or a form decoded with its nested keys (`metadata[order]` → `{ metadata: { order } }`); `null`: none. */
  readonly body: Json;
  /**
   * Acted out by worlds that can: the endpoint's own code breaks before or after it took effect, and answers 500.
   * A world that keeps idempotency keys keeps that answer too, as a real API does. Without it, faults stay outside.
   */
  readonly crash?: 'before' | 'after';
}

export interface WorldAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** Something that truly happened in the business: what promises are measured against, never the engine's books. */
export interface LedgerEntry {
  readonly at: Instant;
  /** `refund`, `payout`, `charge`, `customer_deleted`, … */
  readonly kind: string;
  readonly subject: string;
  /** What left the business (positive); `null` where no money moved. */
  readonly moneyOut: Money | null;
  /** What came in (positive), where money did: balance now = balance at the start − Σ moneyOut + Σ moneyIn. */
  readonly moneyIn?: Money;
  /** Whether something changed; false for a read that is worth recording (whose data was seen). */
  readonly write: boolean;
  readonly detail?: string;
}

/**
 * A stateful mock business: a pure state machine with a ledger.
 * The same calls in the same order from the same seed give the same answers and the same ledger.
 */
export interface World {
  readonly name: string;
  handle(call: WorldCall): WorldAnswer;
  readonly ledger: readonly LedgerEntry[];
  /** Ids that an agent could find, by kind: `{ charge: ['ch_1', …] }`. For scenarios, the probe and examples. */
  ids(): Readonly<Record<string, readonly string[]>>;
}

/** A kind of world: what `mocks/*.ts` export as default. */
export interface WorldDefinition {
  readonly name: string;
  /** Path patterns it answers, in MSW's form, for its handlers: `['/v1/*']`. */
  readonly paths: readonly string[];
  create(options: WorldOptions): World;
}

export interface WorldOptions {
  readonly seed: number;
  /** "Now" when the world begins; its history lies before. */
  readonly startsAt: Instant;
  /** How many of each thing exists, where the world scales. */
  readonly size?: number;
  /** The credential it asks for. Absent: each world's own rule for "any key of the right shape". */
  readonly apiKey?: string;
}

export const defineWorld = (definition: WorldDefinition): WorldDefinition => definition;
