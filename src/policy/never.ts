import type { Money } from '../std/money.ts';
import type { AgentId, RouteId } from '../engine/ids.ts';

/** What a never rule counts. */
export type NeverDeeds =
  /** What calls of these routes did at the business. */
  | { readonly by: 'routes'; readonly routes: 'all' | ReadonlySet<RouteId> }
  /** What the business calls so, whatever way it came: `refund`. */
  | { readonly by: 'ledger'; readonly kind: string };

export type NeverWindow =
  | { readonly kind: 'day'; readonly timeZone: string }
  /** (at − ms, at] */
  | { readonly kind: 'rolling'; readonly ms: number }
  | { readonly kind: 'ever' };

/** Who or what has a count of its own. */
export type NeverEach = 'subject' | 'agent' | 'all';

/**
 * What must never happen, whatever the rules say: compiled from the policy's `never:`. It is held against the business's
 * ledger by the probe; the door does not know it.
 *
 * The deed that goes too far is always an agent's. What others did by another way counts with it only where a rule counts a
 * ledger's kind per subject: a charge that a human has refunded must not be refunded again.
 */
export type NeverRule = {
  /** `never[0]` */
  readonly rule: string;
  /** For a person: `more than 1 create_refund per subject`. */
  readonly text: string;
  /** As its author calls it: `create_refund`, `out`, `the ledger's refund`. */
  readonly what: string;
  readonly deeds: NeverDeeds;
  /** Whose deeds go too far. */
  readonly agents: 'all' | ReadonlySet<AgentId>;
} & (
  | {
      /**
       * `effects`: what changed something; of a route, each subject that a call changed counts once.
       * `reads`: different subjects that were read. `requests`: what reached the business, whatever became of it.
       */
      readonly kind: 'effects' | 'reads' | 'requests';
      /** More than so many; 0: any at all. */
      readonly over: number;
      readonly each: NeverEach;
      readonly within: NeverWindow;
    }
  | {
      readonly kind: 'money';
      /** One limit per currency; a currency that is not among them must not leave at all. */
      readonly over: readonly Money[];
      readonly each: NeverEach;
      readonly within: NeverWindow;
    }
  /** Money to somebody else: the ledger's `to` is none of these. */
  | { readonly kind: 'payees'; readonly only: ReadonlySet<string> }
);
