import type { Clock } from '../std/clock.ts';
import { fail, ok } from '../std/result.ts';
import type { UpstreamId } from '../engine/ids.ts';
import type { Link } from '../door/flight/link.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import { stageLinks } from '../stages/links.ts';
import { CommandFailed } from './failure.ts';
import { stagesOf } from './links.ts';
import type { LinksUnder } from './policy-source.ts';
import { readFaults } from './sandbox/faults-file.ts';
import { worldLink, type WorldLink } from './world-link.ts';

export interface MockLinks {
  readonly link: ReturnType<typeof stageLinks>;
  readonly under: LinksUnder;
  readonly close: () => Promise<void>;
  /** What is said of them, a line each, before anybody believes in them. */
  readonly words: readonly string[];
}

/**
 * The ways to a policy's mocks, for agents of every stage: nothing real is behind any of them, and no key is read. Each
 * upstream is one world, whoever calls it.
 *
 * @param faultsFile what goes wrong at them
 */
export async function mockLinksFor(
  policy: LoadedPolicy,
  clock: Clock,
  faultsFile: string | undefined,
): Promise<MockLinks> {
  const needed = [...policy.upstreams.values()].filter(({ id }) => stagesOf(policy, id).size > 0);
  const lacking = needed.filter(({ mock }) => mock === undefined).map(({ id }) => `\`${id}\``);
  if (lacking.length > 0) {
    const [have, them] = lacking.length === 1 ? ['has', 'it'] : ['have', 'each'];
    throw new CommandFailed(
      `Failed to serve mocks: ${lacking.join(', ')} of \`${policy.file}\` ${have} no \`mock:\`, and with --mock nothing real is called. ` +
        `Give ${them} one: a shipped world, \`mock: payments\`, or a file that exports one.`,
    );
  }
  const ids = needed.map(({ id }) => id);
  const faults = faultsFile === undefined ? {} : readFaults(faultsFile, ids);
  const worlds = new Map<UpstreamId, WorldLink>();
  for (const upstream of needed) {
    worlds.set(upstream.id, await worldLink(upstream, policy.file, clock, faults[upstream.id]));
  }
  const made = (upstream: UpstreamId): Link => (worlds.get(upstream) as WorldLink).link;
  return {
    link: stageLinks({ real: made, world: made }, policy),
    under: (other) => {
      const lacking = [...other.upstreams.keys()].filter((id) => stagesOf(other, id).size > 0 && !worlds.has(id));
      const words = lacking.map((id) => `\`upstreams.${id}\` needs a restart: nobody called its mock so far`);
      return words.length > 0 ? fail(words) : ok(stageLinks({ real: made, world: made }, other));
    },
    words: [
      'MOCK: nothing real is behind this door. No key is read, nobody is paged, and no gate takes its journal for evidence.',
      ...needed.map(
        ({ id, mock = '' }) => `${id} is the mock \`${mock}\`: ${inIt((worlds.get(id) as WorldLink).world.ids())}`,
      ),
    ],
    close: async () => {
      await Promise.all([...worlds.values()].map(({ link }) => link.transport.close()));
    },
  };
}

/** One id of each kind, for whoever tries a call: `charge ch_1 and 120 more, customer cus_1 and 39 more`. */
function inIt(ids: Readonly<Record<string, readonly string[]>>): string {
  const told = Object.entries(ids).flatMap(([kind, [first, ...others]]) =>
    first === undefined ? [] : [`${kind} ${first}${others.length === 0 ? '' : ` and ${others.length} more`}`],
  );
  return told.length === 0 ? 'empty' : told.join(', ');
}
