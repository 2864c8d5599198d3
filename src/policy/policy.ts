import type { Json } from '../std/canonical-json.ts';
import type { Currency, Money } from '../std/money.ts';
import type { AgentId, RouteId, UpstreamId } from '../engine/ids.ts';
import type { Policy } from '../engine/policy.ts';
import type { BodyTerms } from './body.ts';
import type { Network } from './network.ts';
import type { CheckpointTerms } from './checkpoints.ts';
import type { NeverRule } from './never.ts';
import type { NotifyChannel } from './notify.ts';
import type { PolicyProblem } from './problem.ts';
import type { Identity, PromotionTerms } from './promotion.ts';
import type { SubjectAddress } from './address.ts';
import type { DescribedOperation } from './openapi/catalogue.ts';
import type { Privacy } from './privacy/privacy.ts';
import type { ShadowRoutes } from './answers/shadow-routes.ts';
import type { RouteReads } from './reads.ts';
import type { Router } from './router.ts';
import type { Tools } from './tools.ts';

/** How the door shows the upstream its key. `env` is the variable that holds it; the key itself is nowhere here. */
export type Credential =
  | { readonly kind: 'bearer'; readonly env: string }
  /** The variable holds `user:password`. */
  | { readonly kind: 'basic'; readonly env: string }
  /** `name` is in lower case. */
  | { readonly kind: 'header'; readonly env: string; readonly name: string };

export interface Upstream {
  readonly id: UpstreamId;
  /** Its path, if any, goes in front of every route's. */
  readonly url: URL;
  /** Where its addresses must lie. */
  readonly network: Network;
  /** Certificates of a private authority: a path as written, relative to the policy file. */
  readonly ca: string | undefined;
  readonly credential: Credential;
  /** The sandbox's world: a module's path as written, relative to the policy file. */
  readonly mock: string | undefined;
  readonly openapi: string | undefined;
  /** A listening port of its own; 0: any free one. */
  readonly port: number | undefined;
  readonly limits: UpstreamLimits;
}

/** The bounds that a transport keeps, in its own shape. */
export interface UpstreamLimits {
  /** From sending to the head of the answer. */
  readonly headTimeoutMs: number;
  /** Between two pieces of the answer's body. */
  readonly idleTimeoutMs: number;
  /** From sending to the last byte. */
  readonly totalTimeoutMs: number;
  readonly connectionsMax: number;
}

/** What a route's `amount:` says outright. */
export interface Price {
  /** `undefined`: each request states its own. */
  readonly currency: Currency | undefined;
  readonly fixed: Money | undefined;
  /** The field that holds it, `body.amount`, and in which unit; `undefined` where no field does. */
  readonly field: string | undefined;
  readonly unit: 'minor' | 'major' | undefined;
}

/** A policy file, read, checked and compiled. */
export interface LoadedPolicy {
  /** What the engine enforces. */
  readonly policy: Policy;
  /** What the door still does when its journal's disk is full. */
  readonly onDiskFull: { readonly reads: 'refuse' | 'continue' };
  /** As named by whoever loaded it. */
  readonly file: string;
  readonly text: string;
  /** The texts of the files it includes, by their names as written. */
  readonly includes: Readonly<Record<string, string>>;
  /** SHA-256 (hex) of the external documents it goes by (OpenAPI, templates, prompts), by their paths as written. */
  readonly documents: Readonly<Record<string, string>>;
  /**
   * The operations of described routes as their documents have them, references unresolved: nothing was worked out for this,
   * so that a door pays nothing. Empty of a policy that was recorded in a journal, which keeps no documents.
   */
  readonly operations: ReadonlyMap<RouteId, DescribedOperation>;
  /** Compiles what else is compiled at its first use. A door does it before it listens: no agent should wait for it. */
  readonly prepare: () => void;
  /**
   * SHA-256 (hex) of the canonical JSON of the plain policy it stands for, and of `documents` where there are any:
   * comments, order of keys, layout, and what stands in which template, group or file don't matter.
   */
  readonly digest: string;
  /** The digest without what no call is judged by: identities and their prompts, `promotion`, `notify`, `checkpoints`. */
  readonly rulesDigest: string;
  /** The plain policy that it stands for, expanded, without the schema's defaults: to compare it with another. */
  readonly plain: Json;
  readonly environment: string;
  readonly upstreams: ReadonlyMap<UpstreamId, Upstream>;
  /** What is known of each route's amounts before any request. */
  readonly prices: ReadonlyMap<RouteId, Price>;
  /** The way from a subject back to the path of a route that acts on it; only of routes whose path it determines. */
  readonly addresses: ReadonlyMap<RouteId, SubjectAddress>;
  /** Which route a request is. `params` has no prototype. */
  readonly match: Router;
  /** The fields that rules read, by route. */
  readonly reads: ReadonlyMap<RouteId, RouteReads>;
  /** Which bodies a route takes beyond what every route takes; only of routes that take more. */
  readonly bodies: ReadonlyMap<RouteId, BodyTerms>;
  /** What of its traffic is personal data, and whose. */
  readonly privacy: Privacy;
  /** What each route is to agents in shadow: how a captured write is answered, and which reads it changes. */
  readonly shadow: ShadowRoutes;
  /** Which route an agent's tool means, by its name. */
  readonly tools: Tools;
  /** Who is told when an agent is stopped or waits for a human. */
  readonly notify: readonly NotifyChannel[];
  /** How the journal's checkpoints are signed and where they go; `undefined`: there are none. */
  readonly checkpoints: CheckpointTerms | undefined;
  /** What a stage demands; `none`: the policy says that nobody asks; `undefined`: it says nothing of it. */
  readonly promotion: PromotionTerms | 'none' | undefined;
  /** Who the agents are, of those that say so. */
  readonly identities: ReadonlyMap<AgentId, Identity>;
  /** What must never happen, whatever the rules say: for the probe. The door does not know it. */
  readonly never: readonly NeverRule[];
  /** Accepted, but worth a second look. */
  readonly warnings: readonly PolicyProblem[];
}
