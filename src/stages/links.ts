import type { Stage } from '../engine/call.ts';
import type { UpstreamId } from '../engine/ids.ts';
import type { Link } from '../door/flight/link.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import { readOnly } from './read-only.ts';

/** Makes the way to an upstream's world or to the real thing; called once each, when first needed. */
export interface LinkSources {
  readonly real: (upstream: UpstreamId) => Link;
  readonly world: (upstream: UpstreamId) => Link;
}

/**
 * Which way a call takes, by its agent's stage: a sandbox agent's to the mock world, every other's to the real upstream, and
 * in staging and shadow by a way that takes reads alone. Whether a write may go at all was decided before, by the `stage`
 * guard; these agents have no way to write anything real whatever was decided (I11).
 */
export function stageLinks(
  { real, world }: LinkSources,
  policy: Pick<LoadedPolicy, 'match'>,
): (upstream: UpstreamId, stage: Stage) => Link {
  const reals = remembered(real);
  const worlds = remembered(world);
  const reads = remembered((upstream) => readOnly(reals(upstream), upstream, policy));
  const ways = { sandbox: worlds, staging: reads, shadow: reads, limited: reals, production: reals } as const;
  return (upstream, stage) => ways[stage](upstream);
}

function remembered(make: (upstream: UpstreamId) => Link): (upstream: UpstreamId) => Link {
  const made = new Map<UpstreamId, Link>();
  return (upstream) => {
    let link = made.get(upstream);
    if (link === undefined) made.set(upstream, (link = make(upstream)));
    return link;
  };
}
