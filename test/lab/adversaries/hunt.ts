import fc from 'fast-check';
import type { Adversary } from '../../../src/lab/adversaries/adversary.ts';
import { groundOf } from '../../../src/lab/adversaries/ground.ts';
import type { Deed, Harm, Oracle } from '../../../src/lab/oracles/oracle.ts';
import { Arena } from '../../../src/lab/probe/arena.ts';
import { newField } from '../../../src/lab/probe/field.ts';
import { Violation } from '../../../src/lab/probe/violation.ts';
import type { WorldDefinition } from '../../../src/lab/world/world.ts';
import { loadPolicy } from '../../../src/policy/index.ts';

const STARTS_AT = Date.UTC(2026, 2, 2, 9);
const MOVES_MAX = 4;

export interface Hunt {
  readonly policy: string;
  /** By upstream. */
  readonly worlds: Readonly<Record<string, WorldDefinition>>;
  readonly oracle: Oracle;
  readonly seed?: number;
  readonly runs?: number;
}

/** What one adversary alone found, shrunk by fast-check; `undefined`: nothing in all runs. */
export interface Found {
  readonly harm: Harm;
  readonly moves: readonly string[];
  /** Which run it was. */
  readonly run: number;
  /** For the log: how to find it again. */
  readonly again: string;
}

/** Sets one adversary on a policy, with a fixed seed. */
export function hunt(adversary: Adversary, { policy, worlds, oracle, seed = 6, runs = 400 }: Hunt): Found | undefined {
  const loaded = loadPolicy(policy, 'hunt.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 2));
  loaded.value.prepare();
  const field = newField(loaded.value, new Map(Object.entries(worlds)), { seed, startsAt: STARTS_AT, size: 4 });
  const ground = groundOf(field);
  const moves = adversary.moves(ground);
  if (moves.length === 0) return undefined;
  const course = fc.tuple(
    fc.constantFrom(...ground.starts),
    fc.array(fc.oneof(...moves), { minLength: 1, maxLength: MOVES_MAX }),
  );
  let last: Harm | undefined;
  let first: number | undefined;
  let made = 0;
  // What stands behind the harm was never run: fast-check shortens a list at its head.
  let taken: string[] = [];
  const result = fc.check(
    fc.property(course, ([startsAt, planned]) => {
      made += 1;
      const run: string[] = [];
      const arena = new Arena(field, startsAt, [oracle]);
      try {
        for (const move of planned) {
          run.push(String(move));
          move.run(arena);
        }
        arena.settle();
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        last = error.harm;
        taken = run;
        first ??= made;
        return false;
      }
      return true;
    }),
    { seed, numRuns: runs },
  );
  if (!result.failed) return undefined;
  if (last === undefined) throw result.errorInstance;
  return {
    harm: last,
    moves: taken,
    run: first ?? 0,
    again: `seed ${result.seed}, path ${result.counterexamplePath}`,
  };
}

/** What must never happen, said plainly: `tooFar` sees all that agents did so far. */
export function never(text: string, tooFar: (deeds: readonly Deed[]) => boolean): Oracle {
  return {
    name: text,
    text,
    watch: () => {
      const deeds: Deed[] = [];
      let isTooFar = false;
      return {
        see: (deed) => {
          deeds.push(deed);
          const was = isTooFar;
          isTooFar = tooFar(deeds);
          // What others did before may be too much already; what an agent did is what counts.
          return isTooFar && !was && deed.by !== null ? { oracle: text, text, deeds: [...deeds] } : undefined;
        },
      };
    },
  };
}

/** Money that left in one currency, in its units. */
export function moneyOut(deeds: readonly Deed[], currency = 'USD'): number {
  return deeds.reduce((sum, { entry: { moneyOut } }) => {
    return moneyOut?.currency === currency ? sum + Number(moneyOut.micros) / 1_000_000 : sum;
  }, 0);
}
