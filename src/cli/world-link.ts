import type { Clock } from '../std/clock.ts';
import { prng } from '../std/prng.ts';
import type { Link } from '../door/flight/link.ts';
import type { FaultRule } from '../lab/world/faults.ts';
import type { World } from '../lab/world/world.ts';
import type { Upstream } from '../policy/index.ts';
import { CommandFailed } from './failure.ts';
import { loadWorld } from './worlds.ts';

/** The key that a world takes; nothing real is behind it. */
const SANDBOX_KEY = 'sk_test_interlock_sandbox';
/** The same ids at every start: what somebody noted of a mock is there again. */
const WORLD_SEED = 1;

export interface WorldLink {
  readonly link: Link;
  readonly world: World;
}

/** The way to an upstream's mock, a world of this process without a socket. */
export async function worldLink(
  upstream: Upstream,
  policyFile: string,
  clock: Clock,
  faults: readonly FaultRule[] = [],
): Promise<WorldLink> {
  // Loaded when first needed: a door in production starts without the mocks' libraries.
  const [{ worldHandlers }, { faultPlan }, { worldTransport }] = await Promise.all([
    import('../lab/world/msw.ts'),
    import('../lab/world/faults.ts'),
    import('../lab/world/world-transport.ts'),
  ]);
  const { mock } = upstream;
  if (mock === undefined) {
    throw new CommandFailed(
      `Failed to open upstream \`${upstream.id}\`: an agent in stage sandbox needs its \`mock:\`, a shipped world (\`mock: payments\`) or a file that exports one.`,
    );
  }
  const definition = await loadWorld(mock, policyFile);
  const world = definition.create({ seed: WORLD_SEED, startsAt: clock.now() });
  const handlers = worldHandlers(world, {
    paths: definition.paths,
    clock,
    faults: faultPlan(faults, prng(WORLD_SEED)),
  });
  const link: Link = {
    transport: worldTransport({ handlers, limits: upstream.limits }),
    headers: ['host', upstream.url.host, ...keyHeader(upstream)],
    basePath: '',
    secrets: [SANDBOX_KEY],
  };
  return { link, world };
}

/** As the policy has it: a business may ask for its key under a name of its own. */
function keyHeader({ credential }: Upstream): readonly [name: string, value: string] {
  return credential.kind === 'header' ? [credential.name, SANDBOX_KEY] : ['authorization', `Bearer ${SANDBOX_KEY}`];
}
