import type { LoadedPolicy } from '../../policy/index.ts';
import { type Field, newField } from '../../lab/probe/field.ts';
import { worldSize } from '../../lab/probe/world-size.ts';
import { CommandFailed } from '../failure.ts';
import { loadWorld, shippedWorlds } from '../worlds.ts';

/**
 * Businesses begin at the same time on every machine and on every day, with the same few things in them: the same seed finds
 * the same. 2026 is a year like others, with both clock changes before it.
 */
const STARTS_AT = Date.UTC(2026, 0, 5);
const WORLD_SEED = 1;

/** The policy with a business behind each of its upstreams. @throws CommandFailed */
export async function probeField(loaded: LoadedPolicy): Promise<Field> {
  const worlds = await Promise.all(
    [...loaded.upstreams.values()].map(async ({ id, mock }) => {
      if (mock === undefined) {
        throw new CommandFailed(
          `Failed to probe \`${loaded.file}\`: its upstream \`${id}\` has no \`mock\`, and a probe calls no real business. ` +
            `Give it \`mock: NAME\`, a shipped world (${[...shippedWorlds().keys()].join(', ')}), or ` +
            '`mock: ./mocks/NAME.ts`, a world of your own.',
        );
      }
      return [id, await loadWorld(mock, loaded.file)] as const;
    }),
  );
  return newField(loaded, new Map(worlds), {
    seed: WORLD_SEED,
    startsAt: STARTS_AT,
    size: worldSize(loaded.never).size,
  });
}
