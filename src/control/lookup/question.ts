import type { HeldFacts } from '../../warehouse/why/held.ts';
import type { Instant } from '../../std/clock.ts';
import type {
  CallPage,
  CallSearch,
  GateView,
  PageView,
  ReplayView,
  ReviewQueue,
  StopPage,
  WhyView,
} from '../contract/lookups.ts';

/** What can be looked up in the files of a data directory. */
export type Question =
  | { readonly kind: 'calls'; readonly search: CallSearch }
  | { readonly kind: 'why'; readonly what: string }
  /** @see HeldFacts */
  | { readonly kind: 'held'; readonly call: string; readonly from: Instant }
  | {
      readonly kind: 'review';
      readonly agent: string | null;
      readonly by: string;
      readonly limit: number;
      readonly second: boolean;
    }
  | { readonly kind: 'stops'; readonly agents: readonly string[]; readonly limit: number }
  | { readonly kind: 'told'; readonly limit: number }
  /** `now`: by agent, what a verdict must have been on to speak of it still. */
  | { readonly kind: 'gate'; readonly now: Readonly<Record<string, GateBasis>> }
  | { readonly kind: 'replays' }
  | { readonly kind: 'since'; readonly digest: string };

/** What a gate judged: the rules, and who the agent was. */
export interface GateBasis {
  readonly policy: string;
  readonly identity: string;
}

/** What is answered, by the kind of the question. */
export interface Answers {
  readonly calls: CallPage;
  readonly why: WhyView;
  readonly held: HeldFacts | null;
  readonly review: ReviewQueue;
  readonly stops: StopPage;
  readonly told: readonly PageView[];
  readonly gate: readonly GateView[];
  readonly replays: readonly ReplayView[];
  readonly since: Instant | null;
}

export type QuestionOf<Kind extends Question['kind']> = Extract<Question, { readonly kind: Kind }>;

/** Why nothing was found out: what failed, why, and the next step. */
export interface LookupRefused {
  readonly status: 404 | 429 | 503 | 504;
  readonly message: string;
}
