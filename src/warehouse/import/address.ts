import { fail, ok, type Result } from '../../std/result.ts';
import type { UpstreamId } from '../../engine/ids.ts';
import type { LoadedPolicy, Upstream } from '../../policy/index.ts';
import { unmatched, type Flaw } from './recording.ts';

/** What a recorded address means under a policy: an upstream, and what is left of the target for it. */
export interface Addressed {
  readonly upstream: UpstreamId;
  /** Path and query without the upstream's own prefix. */
  readonly target: string;
}

/**
 * Which upstreams an address can mean. A whole address means those at its origin (RFC 6454) whose path it begins with;
 * a path alone can mean any. The caller asks the routes which of them it is.
 */
export function candidates(address: string, policy: LoadedPolicy): Result<readonly Addressed[], Flaw> {
  const upstreams = [...policy.upstreams.values()];
  const parts = /^(https?:\/\/[^/?#]+)(.*)$/is.exec(address);
  if (parts === null) return ok(upstreams.map(({ id }) => ({ upstream: id, target: address })));
  const [, site, target] = parts as unknown as [string, string, string];
  const origin = originOf(site);
  const near = upstreams.filter(({ url }) => url.origin === origin);
  if (near.length === 0) return fail(unmatched(`no upstream of the policy is at ${origin ?? 'its host'}`));
  const found = near.flatMap((upstream) => within(upstream, target));
  return found.length === 0 ? fail(unmatched(`no upstream at ${origin} has its path`)) : ok(found);
}

/** `undefined` where it is no host that a request can be sent to. */
function originOf(site: string): string | undefined {
  return URL.canParse(site) ? new URL(site).origin : undefined;
}

function within({ id, url }: Upstream, target: string): readonly Addressed[] {
  const base = url.pathname.replace(/\/$/, '');
  if (base === '') return [{ upstream: id, target }];
  return target.startsWith(`${base}/`) ? [{ upstream: id, target: target.slice(base.length) }] : [];
}
