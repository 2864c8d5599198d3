import type { UpstreamId } from '../../engine/ids.ts';

/**
 * The path by which what an upstream has at `target` is reached where an agent asks: below the upstream's name at the door's
 * common address, as it is on the upstream's own port. `null`: on the own port of another upstream there is no way to it.
 *
 * @param port the upstream whose own port the agent asks on; `undefined`: it asks at the common address
 */
export function pathAt(port: UpstreamId | undefined, upstream: UpstreamId, target: string): string | null {
  if (port === undefined) return `/${upstream}${target}`;
  return port === upstream ? target : null;
}
