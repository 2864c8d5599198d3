import type { Stage } from '../engine/call.ts';
import type { UpstreamId } from '../engine/ids.ts';
import type { Link } from '../door/flight/link.ts';

/** Makes the way to an upstream's world or to the real thing; called once each, when first needed. */
export interface LinkSources {
  readonly real: (upstream: UpstreamId) => Link;
  readonly world: (upstream: UpstreamId) => Link;
}

/**
 * Which way a call takes, by its agent's stage: a sandbox agent's to the mock world, every other's to the real upstream.
 * Whether a write may go at all was decided before, by the `stage` guard; a sandbox agent has no way to anything real (I11).
 */
export function stageLinks({ real, world }: LinkSources): (upstream: UpstreamId, stage: Stage) => Link {
  const worlds = new Map<UpstreamId, Link>();
  const reals = new Map<UpstreamId, Link>();
  return (upstream, stage) => {
    const [links, make] = stage === 'sandbox' ? [worlds, world] : [reals, real];
    let link = links.get(upstream);
    if (link === undefined) links.set(upstream, (link = make(upstream)));
    return link;
  };
}
