import type { Stage } from '../engine/call.ts';
import type { AgentId, RouteId } from '../engine/ids.ts';
import type { Ppm } from '../std/share.ts';

/** What an agent must have shown to work at a stage, who may say so, and what takes it back. The door does not judge by it. */
export interface PromotionTerms {
  /** Verifier keys (`NAME+ID+…`, made by `interlock keys`) of those who may sign promotions. */
  readonly keys: readonly string[];
  /** How many different people must have approved a promotion. */
  readonly people: 0 | 1 | 2;
  /** How long a promotion is good for. */
  readonly expiresMs: number;
  /** What each stage demands; a stage that demands nothing is not here. */
  readonly targets: ReadonlyMap<Stage, TargetTerms>;
  readonly demotion: DemotionTerms;
}

/** What one stage demands. `null`: the policy says `none`, and answers for it. */
export interface TargetTerms {
  readonly stage: Stage;
  /** The stage whose journal is the evidence. */
  readonly from: Stage;
  readonly evidence: EvidenceTerms;
  /** For each further step of the ramp, shown at the step before it. Only of `limited`; absent: there is no ramp. */
  readonly each: EvidenceTerms | undefined;
  /** Which scenarios must hold. */
  readonly scenarios: 'all' | readonly string[] | null;
  /** How long the probe must have searched without finding anything. */
  readonly probe: { readonly runs: number } | null;
  /** What the guards must do to labelled calls. */
  readonly efficacy: { readonly caughtAtLeast: Ppm; readonly stoppedWronglyAtMost: Ppm } | null;
}

/** What a journal must show. All of it, for each class of action (a route that writes) where `perClass` is said. */
export interface EvidenceTerms {
  /** Days from the first to the last call that counts. */
  readonly days: number;
  /** Sessions that meant to write. */
  readonly sessions: number;
  /** Intended writes, per class. */
  readonly writes: number;
  readonly strata: StrataTerms;
  /** Harm per session of a class, bounded from above with `confidence`. `null`: not demanded. */
  readonly harmBelow: Ppm | null;
  /** Agreement with people, bounded from below, per class. */
  readonly agreementAbove: Ppm | null;
  /** Of 1: 0.95. */
  readonly confidence: number;
  /** The part of the writes chosen for review that people have an opinion on. */
  readonly reviewedAtLeast: Ppm | null;
  /** How often one may look: at any time, or once these many sessions are in (and at no others). */
  readonly look: 'continuous' | { readonly sessions: number };
  /** Against the baseline of the same time; `null`: not compared. */
  readonly errorsAtMost: Ppm | null;
  /** Whether the second half of the window must look like the first. */
  readonly steady: boolean;
  /** Other figures for single classes. */
  readonly classes: ReadonlyMap<RouteId, Partial<Pick<EvidenceTerms, 'writes' | 'harmBelow' | 'agreementAbove'>>>;
}

/** How many intended writes each kind of situation needs at least. 0: that one is not asked for. */
export interface StrataTerms {
  readonly weekdays: number;
  readonly weekend: number;
  /** In each band of amounts that the policy allows. */
  readonly amounts: number;
  /** Calls that met a fault of their upstream (4xx, 5xx, no answer). */
  readonly faults: number;
}

/** What takes a stage back by itself. `null`: nothing of that kind does. */
export interface DemotionTerms {
  /** Harmful among reviewed sessions. */
  readonly harmAbove: Ppm | null;
  /** Calls on which a reviewer disagreed, among those reviewed. */
  readonly disagreementAbove: Ppm | null;
  /** Calls that their upstream failed or refused, among those sent. */
  readonly errorsAbove: Ppm | null;
  /** Whether it is demoted when what it does drifts from what it was promoted for. */
  readonly drift: boolean;
  /** How sure it must be; of 1: 0.999. */
  readonly confidence: number;
}

/** Who an agent is: what a change of makes it another one, whose evidence begins anew. */
export interface Identity {
  readonly agent: AgentId;
  readonly version: string | undefined;
  readonly model: string | undefined;
  /** SHA-256 (hex) of its prompt. */
  readonly prompt: string | undefined;
  /** SHA-256 (hex) over the above: what grants carry and promotions name. */
  readonly digest: string;
}
