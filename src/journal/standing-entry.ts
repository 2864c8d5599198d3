import type { Stage } from '../engine/call.ts';
import type { AgentId } from '../engine/ids.ts';
import type { Claim } from '../engine/standings.ts';
import type { Instant } from '../std/clock.ts';
import type { Proven } from './user-entry.ts';

/** What an agent may claim from here on, and why that is so. */
export interface StandingEntry extends Proven {
  readonly kind: 'standing';
  readonly at: Instant;
  readonly agent: AgentId;
  /** The digest of the policy that the claims are of. */
  readonly policy: string;
  /** In place of what it could claim before. */
  readonly claims: readonly Claim[];
  /** Where it stood before this record, and where it stands behind it: whoever reads it at 3 AM has no policy at hand. */
  readonly was: Stage;
  readonly stands: Stage;
  readonly cause: StandingCause;
  /** `human:NAME`, `watch:RULE` or `door`. */
  readonly by: string;
  readonly reason: string;
}

export type StandingCause =
  /** `envelope`: the signed promotion, whole; `promotion`: its id. */
  | { readonly what: 'promoted'; readonly promotion: string; readonly envelope: string }
  | { readonly what: 'revoked'; readonly promotion: string }
  /** At a start it did not hold any more; `code` says why. */
  | { readonly what: 'lapsed'; readonly promotion: string; readonly code: string }
  /** Something that was watched crossed its line. */
  | { readonly what: 'demoted'; readonly rule: string; readonly observed: string; readonly limit: string }
  /** A named human let it work further than it has earned, until a time. */
  | { readonly what: 'break_glass'; readonly stage: Stage; readonly until: Instant }
  | { readonly what: 'glass_ended' }
  /** A promotion is good for a while only, and that ends soon; nothing changes yet. */
  | { readonly what: 'expiring'; readonly promotion: string; readonly until: Instant };
