import type { Currency, Money } from '../std/money.ts';
import type { RouteId, UpstreamId } from '../engine/ids.ts';
import type { Policy } from '../engine/policy.ts';
import type { PolicyProblem } from './problem.ts';
import type { RouteReads } from './reads.ts';
import type { Router } from './router.ts';

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
  readonly connectionsMax: number;
}

/** What a route's `amount:` says outright. */
export interface Price {
  /** `undefined`: each request states its own. */
  readonly currency: Currency | undefined;
  readonly fixed: Money | undefined;
}

/** A policy file, read, checked and compiled. */
export interface LoadedPolicy {
  /** What the engine enforces. */
  readonly policy: Policy;
  /** As named by whoever loaded it. */
  readonly file: string;
  readonly text: string;
  /** SHA-256 (hex) of the canonical JSON of its content: comments, order of keys and layout don't matter. */
  readonly digest: string;
  readonly environment: string;
  readonly upstreams: ReadonlyMap<UpstreamId, Upstream>;
  /** What is known of each route's amounts before any request. */
  readonly prices: ReadonlyMap<RouteId, Price>;
  /** Which route a request is. `params` has no prototype. */
  readonly match: Router;
  /** The fields that rules read, by route. */
  readonly reads: ReadonlyMap<RouteId, RouteReads>;
  /** Accepted, but worth a second look. */
  readonly warnings: readonly PolicyProblem[];
}
