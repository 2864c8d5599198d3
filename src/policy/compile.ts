import type { RouteId, UpstreamId } from '../engine/ids.ts';
import type { Policy } from '../engine/policy.ts';
import { subjectAddress, type SubjectAddress } from './address.ts';
import { priceOf } from './amount.ts';
import { bodyTerms, type BodyTerms } from './body.ts';
import { compileAgent, compileSharedRules } from './agent.ts';
import type { Credential, Price, Upstream } from './policy.ts';
import { durationMs } from './checked.ts';
import type { Catalogue } from './openapi/catalogue.ts';
import { privacyOf, type Privacy } from './privacy/privacy.ts';
import { shadowRoutes, type ShadowRoutes } from './answers/shadow-routes.ts';
import { routeReads, type RouteReads } from './reads.ts';
import { compileRoute } from './route.ts';
import { router, type Router } from './router.ts';
import type { PolicyFile } from './schema.ts';
import { sourcesOf } from './sources.ts';
import { toolsOf, type Tools } from './tools.ts';
import type { UpstreamFile } from './schema/upstream.ts';
import { headerOf } from './semantics/upstreams.ts';

export interface Compiled {
  readonly policy: Policy;
  readonly upstreams: ReadonlyMap<UpstreamId, Upstream>;
  readonly prices: ReadonlyMap<RouteId, Price>;
  readonly addresses: ReadonlyMap<RouteId, SubjectAddress>;
  readonly reads: ReadonlyMap<RouteId, RouteReads>;
  readonly bodies: ReadonlyMap<RouteId, BodyTerms>;
  readonly privacy: Privacy;
  readonly shadow: ShadowRoutes;
  readonly tools: Tools;
  /** `undefined`: the routes' templates overlap in too many ways to be compiled. */
  readonly match: Router | undefined;
}

/** A checked policy file → what the engine enforces and the door needs. Throws only where the checks have a gap. */
export function compile(file: PolicyFile, catalogue: Catalogue, digest: string): Compiled {
  const shadow = shadowRoutes(file, catalogue);
  const patterns = Object.entries(file.routes).map(([id, route]) => {
    const pattern = compileRoute(id, route, file.routes, sourcesOf(id, file), catalogue.routes.get(id));
    const answer = shadow.get(id as RouteId)?.answer;
    return answer?.ok !== false ? pattern : { ...pattern, route: { ...pattern.route, unanswerable: answer.failure } };
  });
  const routes = new Map(patterns.map(({ route }) => [route.id, route]));
  const agents = Object.entries(file.agents).map(([id, agent]) => compileAgent(id, agent, file));
  const upstreams = Object.entries(file.upstreams).map(([id, upstream]) => compileUpstream(id as UpstreamId, upstream));
  const priced = Object.entries(file.routes).flatMap(([id, { amount }]): [RouteId, Price][] =>
    amount === undefined ? [] : [[id as RouteId, priceOf(amount)]],
  );
  const addressed = Object.entries(file.routes).flatMap(([id, route]): [RouteId, SubjectAddress][] => {
    const address = subjectAddress(route);
    return address === undefined ? [] : [[id as RouteId, address]];
  });
  const bodied = Object.entries(file.routes).flatMap(([id, { body }]): [RouteId, BodyTerms][] =>
    body === undefined ? [] : [[id as RouteId, bodyTerms(body)]],
  );
  return {
    policy: {
      digest,
      routes,
      agents: new Map(agents.map((agent) => [agent.id, agent])),
      shared: compileSharedRules(file),
    },
    upstreams: new Map(upstreams.map((upstream) => [upstream.id, upstream])),
    prices: new Map(priced),
    addresses: new Map(addressed),
    reads: routeReads(file) as ReadonlyMap<RouteId, RouteReads>,
    bodies: new Map(bodied),
    privacy: privacyOf(file),
    shadow,
    tools: toolsOf(file, catalogue),
    match: router(patterns),
  };
}

function compileUpstream(id: UpstreamId, upstream: UpstreamFile): Upstream {
  const { url, network, ca, credential, mock, openapi, port, timeouts, connections } = upstream;
  return {
    id,
    url: new URL(url),
    network,
    ca,
    credential: compileCredential(credential),
    mock,
    openapi,
    port,
    limits: {
      headTimeoutMs: durationMs(timeouts.head),
      idleTimeoutMs: durationMs(timeouts.idle),
      totalTimeoutMs: durationMs(timeouts.total),
      connectionsMax: connections,
    },
  };
}

function compileCredential({ env, as }: UpstreamFile['credential']): Credential {
  const name = headerOf(as);
  if (name !== undefined) return { kind: 'header', env, name };
  return { kind: as === 'basic' ? 'basic' : 'bearer', env };
}
