import type { UpstreamId } from '../engine/ids.ts';
import type { Link } from '../door/flight/link.ts';
import type { Outbound, Transport } from '../door/flight/transport.ts';
import { readTarget } from '../door/normal/target.ts';
import type { LoadedPolicy } from '../policy/index.ts';

/** Headers by which some servers take another method than the one in the request line. */
const OVERRIDES = /^x-(?:http-)?(?:original-)?method(?:-override)?$/;
/** The field by which some frameworks do, in a query or in a form. */
const OVERRIDE_FIELD = /(?:^|[?&])_method=/i;

/**
 * The way to an upstream for agents that may not write: it lets through what the policy declares a read, and nothing else.
 * It asks neither the engine nor the door, which have refused or captured every write before: it reads the request that is
 * about to leave once more, by itself. INVARIANT: whatever fails above it, no write of such an agent leaves (I11).
 */
export function readOnly(link: Link, upstream: UpstreamId, { match }: Pick<LoadedPolicy, 'match'>): Link {
  const { transport, basePath } = link;
  const guarded: Transport = {
    send(request, answer, withinMs) {
      if (isRead(request, basePath, upstream, match)) return transport.send(request, answer, withinMs);
      throw new Error(`Failed to send ${request.method}: an agent that may only read has no way to send anything else`);
    },
    close: () => transport.close(),
  };
  return { ...link, transport: guarded };
}

function isRead(
  { method, target, headers, body }: Outbound,
  basePath: string,
  upstream: UpstreamId,
  match: LoadedPolicy['match'],
): boolean {
  if (!target.startsWith(basePath)) return false;
  const read = readTarget(target.slice(basePath.length));
  if (!read.ok) return false;
  const { segments, trailingSlash } = read.value;
  const route = match(upstream, method, trailingSlash && segments.length > 0 ? [...segments, ''] : segments)?.route;
  if (route?.effect !== 'read') return false;
  return !headers.some((name, i) => i % 2 === 0 && OVERRIDES.test(name)) && !overridden(target, body);
}

function overridden(target: string, body: Buffer | null): boolean {
  return OVERRIDE_FIELD.test(target) || (body !== null && OVERRIDE_FIELD.test(body.toString('latin1')));
}
