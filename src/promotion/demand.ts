import type { Instant } from '../std/clock.ts';
import type { Stage } from '../engine/call.ts';
import type { AgentId } from '../engine/ids.ts';
import type { Identity, PromotionTerms } from '../policy/promotion.ts';

/** What a promotion must be for, here and now. */
export interface Demand {
  readonly agent: AgentId;
  /** Of the agent, as the policy declares it. */
  readonly identity: Identity;
  readonly policy: {
    readonly digest: string;
    /** Of the rules alone: where only it agrees, what was shown still counts. */
    readonly rules: string;
  };
  readonly environment: string;
  readonly terms: Pick<PromotionTerms, 'keys' | 'people' | 'expiresMs'>;
  /** The most that the policy lets the agent be. */
  readonly stageMax: Stage;
  /** How many steps the ramp of `limited` has; 0: there is none. */
  readonly rampSteps: number;
  readonly now: Instant;
  readonly isRevoked: (promotion: string) => boolean;
  /** When the agent was last demoted. */
  readonly fellAt: Instant | undefined;
  /** Whether the door's own journal has a record of that number with that hash. */
  readonly journalHas: (seq: number, hash: string) => boolean;
}
