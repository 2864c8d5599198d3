import type { Instant } from '../../std/clock.ts';
import type { Json } from '../../std/canonical-json.ts';
import type { Money } from '../../std/money.ts';

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
  /** Who got it, where it could have gone to another: `acct_1`, `ba_1`. Absent where it went back to where it came from. */
  readonly to?: string;
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
  /**
   * The same world as it stands, to go another way: what happens to one is not felt by the other. The probe begins each of
   * its runs with one; for a world without it, `create` is called for each, which is slower.
   */
  fork?(): World;
}

/** How one field of a request is filled in. */
export type FieldForm = (
  | { readonly kind: 'id'; /** A key of `World.ids()`. */ readonly of: string }
  | {
      readonly kind: 'amount';
      readonly unit: 'minor' | 'major';
      /** How JSON has it, where that is not the usual: minor units as a number, major ones as a text. */
      readonly as?: 'number' | 'text';
    }
  | { readonly kind: 'currency'; /** As this API writes them: `usd`. */ readonly of: readonly string[] }
  | { readonly kind: 'choice'; readonly of: readonly Json[] }
  | { readonly kind: 'text'; readonly like: string }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
) & {
  /** It may be left out. */
  readonly optional?: true;
  /** It is a list of at most so many. */
  readonly many?: number;
};

/** How one operation of a world is called: for the probe, which calls what an agent could call. */
export interface OperationForm {
  /** `POST /v1/refunds`, `GET /v1/charges/{id}`. One that is called in two ways has a form for each. */
  readonly operation: string;
  readonly effect: 'read' | 'write' | 'money' | 'destructive';
  readonly encoding?: 'form' | 'json';
  /**
   * By place: `id` (of the path), `query.limit`, `query.expand[]`, `header.payment-signature`, `body.charge`; deeper members
   * and items of a list by dots: `body.items.0.sku`. Path parameters are never optional.
   */
  readonly fields: Readonly<Record<string, FieldForm>>;
}

/** A kind of world: what `mocks/*.ts` export as default. */
export interface WorldDefinition {
  readonly name: string;
  /** Path patterns it answers, in MSW's form, for its handlers: `['/v1/*']`. */
  readonly paths: readonly string[];
  /** Absent: the probe knows of its operations only what the policy and its OpenAPI document say. */
  readonly operations?: readonly OperationForm[];
  /** Every `kind` that its ledger can have. Absent: not known, and then no name of one can be called misspelt. */
  readonly ledger?: readonly string[];
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
