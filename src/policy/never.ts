import type { Money } from '../std/money.ts';
import type { Effect } from '../engine/call.ts';
import type { AgentId, RouteId } from '../engine/ids.ts';

/** What a never rule counts. */
export type NeverDeeds =
  /** What calls of this route did at the business. */
  | { readonly by: 'route'; readonly route: RouteId }
  /** What calls of routes with this effect did. */
  | { readonly by: 'effect'; readonly effect: Effect }
  /** What the business calls so, by whatever way it was done, of agents or not: `refund`. */
  | { readonly by: 'ledger'; readonly kind: string };

export type NeverWindow =
  | { readonly kind: 'day'; readonly timeZone: string }
  | { readonly kind: 'rolling'; readonly ms: number }
  | { readonly kind: 'ever' };

/**
 * What must never happen, whatever the rules say: compiled from the policy's `never:`. It is held against the business's
 * ledger by the probe; the door does not know it.
 */
export type NeverRule = { readonly rule: string; /** For a person. */ readonly text: string } & (
  | {
      readonly kind: 'effects';
      readonly deeds: NeverDeeds;
      /** More than so many … */
      readonly than: number;
      /** … of one subject, of one agent, or of all. */
      readonly per: 'subject' | 'agent' | 'all';
      readonly within: NeverWindow;
    }
  | {
      readonly kind: 'money';
      /** One limit per currency; a currency that is not among them must not leave at all. */
      readonly over: readonly Money[];
      readonly per: 'subject' | 'agent' | 'all';
      readonly within: NeverWindow;
    }
  /** More different subjects read than so many. */
  | {
      readonly kind: 'reads';
      readonly deeds: NeverDeeds;
      readonly than: number;
      readonly per: 'agent' | 'all';
      readonly within: NeverWindow;
    }
  /** More requests that reach the business, whatever became of them. */
  | {
      readonly kind: 'requests';
      readonly routes: 'all' | readonly RouteId[];
      readonly than: number;
      readonly per: 'agent' | 'all';
      readonly within: NeverWindow;
    }
  /** Money to somebody else: the ledger's `to` is none of these. */
  | { readonly kind: 'payees'; readonly only: readonly string[] }
  /** Anything at all of this kind. */
  | { readonly kind: 'deeds'; readonly deeds: NeverDeeds; readonly agents: readonly AgentId[] | 'all' }
);
