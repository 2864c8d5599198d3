import type { Prng } from '../../src/std/prng.ts';
import { tightened, type Cast } from './casts.ts';
import type { Incarnation } from './incarnation.ts';
import type { Oracle } from './oracle.ts';
import type { Scene } from './scene.ts';

/** Somebody has another policy loaded: one that is tighter, or any of those that the door may be started under. */
export async function reload(scene: Scene, incarnation: Incarnation, random: Prng): Promise<void> {
  const { casts, counts, oracle } = scene;
  const cast = random.below(3) === 0 ? (casts[random.below(casts.length)] as Cast) : tightened(incarnation.cast);
  const isDry = random.below(6) === 0;
  const name = cast.policy.digest.slice(0, 8);
  scene.say(() => `somebody has ${name} loaded${isDry ? ', to see what it would do' : ''}`);
  const before = incarnation.cast;
  const isLoaded = await incarnation.reload(cast, isDry);
  scene.say(() => `${name} is ${isLoaded === true ? '' : 'not '}loaded`);
  if (isLoaded === undefined || !incarnation.alive) return;
  if (isLoaded && !isDry && before !== cast) counts.reloads += 1;
  check(oracle, incarnation, isLoaded && !isDry ? cast.policy.digest : undefined);
}

/** One policy is in force, in the engine and at the door; and nobody was let go on or given anything back by it. */
function check(oracle: Oracle, incarnation: Incarnation, loaded: string | undefined): void {
  const { cast, started } = incarnation;
  if (started === undefined) return;
  const { engine } = started;
  const { digest } = cast.policy;
  if (loaded !== undefined && loaded !== digest) oracle.break('reload', `${loaded} is not in force`);
  if (loaded !== undefined && !oracle.isDurablePolicy(loaded))
    oracle.break('reload', `${loaded} was answered before its record`);
  if (engine.policy.digest !== digest || started.inForce().digest !== digest)
    oracle.break('reload', 'the engine goes by one policy, and the door by another');
  for (const { agent } of cast.terms.agents) {
    // The other way round is no matter of the reload: a stop holds also where its record found no room.
    if (oracle.evidence.stops.has(agent) && engine.frozen(agent as never) === undefined)
      oracle.break('I6', `${agent} is thawed by a reload`);
  }
  oracle.checkBudgets(incarnation, 'I3');
}
