import type { OpenDoor } from '../door/open.ts';
import type { Crossing } from '../gate/demotion/crossing.ts';
import { Demoter } from '../gate/demotion/demoter.ts';
import type { LoadedPolicy } from '../policy/index.ts';

/** How often the door looks whether a promotion or an emergency ends. */
const LOOK_MS = 60_000;

export interface Watchman {
  close(): Promise<void>;
}

/**
 * Watches over the promoted agents of an open door: whoever crosses a line of the policy's `demote` is demoted, and people are
 * told of what ends by itself. Must be closed before the door's journal is.
 *
 * @param onFault agents may go unwatched from here on; the door goes on
 */
export function watchOver(
  { operations, engine, log, outbox, clock }: Pick<OpenDoor, 'operations' | 'engine' | 'log' | 'outbox' | 'clock'>,
  policy: LoadedPolicy,
  dir: string,
  onFault: (error: unknown) => void,
): Watchman {
  const { promotion } = policy;
  if (promotion === undefined || promotion === 'none') return { close: () => Promise.resolve() };
  const { digest, agents } = policy.policy;
  const now = clock.now();
  // Of those that stand on nothing any more the past tells nothing.
  const grounds = [...outbox.grounds].flatMap(([agent, seq]) =>
    engine.standings.of(agent, now).claim === null ? [] : [seq],
  );
  const demoter = new Demoter({
    terms: { digest, agents, demotion: promotion.demotion },
    dir,
    log,
    from: grounds.length === 0 ? undefined : Math.min(...grounds),
    demote: async ({ agent, rule, observed, limit }: Crossing) => {
      // Time took its stage first: there is nothing left to take.
      if (engine.standings.of(agent, clock.now()).claim === null) return;
      const fallen = await operations.fall(agent, { rule, observed, limit }, `${observed}; its policy allows ${limit}`);
      if (!fallen.ok) throw new Error(fallen.failure.message);
    },
    onFault,
  });
  void demoter.start();
  const look = (): void => void operations.tellEnds().catch(onFault);
  look();
  const looking = setInterval(look, LOOK_MS);
  looking.unref();
  return {
    close: async () => {
      clearInterval(looking);
      await demoter.close();
    },
  };
}
