import fc from 'fast-check';
import { expect, test } from 'vitest';
import payments from '../../../mocks/payments.ts';
import { adversaries } from '../../../src/lab/adversaries/all.ts';
import { groundOf } from '../../../src/lab/adversaries/ground.ts';
import { Arena } from '../../../src/lab/probe/arena.ts';
import { newField } from '../../../src/lab/probe/field.ts';
import { Snapshots } from '../../../src/lab/probe/snapshots.ts';
import type { WorldDefinition } from '../../../src/lab/world/world.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Call } from '../../../src/engine/call.ts';
import { callOf, type Entry } from '../../../src/journal/index.ts';
import { foldJournal } from '../../../src/journal/fold.ts';
import { loadPolicy } from '../../../src/policy/index.ts';
import { till } from '../adversaries/till.ts';
import { CHARGES, TILL } from './many-guards.ts';

const STARTS_AT = Date.UTC(2026, 2, 2, 9);
const MOVES = 25;
const CUTS = 6;
/** Asked of both engines: that many of the calls around a cut, now and after what rules look back on. */
const ASKED = 30;
const LATER_MS = [0, 1_000, 60_000, 3_600_000, 86_400_000];
/** So many entries lie before some cut at least: shorter journals are folded whole. */
const LONG = 200;

/** All that an engine can be asked. */
function answers(engine: Engine, calls: readonly Call[], at: number) {
  const asked = calls.flatMap((call) => LATER_MS.map((ms) => ({ ...call, id: 'call_0', at: at + ms }) as Call));
  return {
    open: [...engine.open()],
    freezes: engine.freezes(),
    levels: [...engine.policy.agents.keys()].map((agent) => engine.levels(agent, at)),
    decisions: asked.map((call) => engine.decide(call)),
    alarms: asked.map((call) => engine.alarm(call, call.at)),
    demands: asked.map((call) => engine.demands(call)),
  };
}

test.each<[string, string, Readonly<Record<string, WorldDefinition>>]>([
  ['a till', TILL, { till }],
  ['a payments API', CHARGES, { payments }],
])('a restart from a snapshot knows what folding the whole journal gives, before %s', (_name, text, worlds) => {
  const loaded = loadPolicy(text, 'snapshots.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 2));
  const definitions = new Map(Object.entries(worlds));
  const field = newField(loaded.value, definitions, { seed: 1, startsAt: STARTS_AT, size: 4 });
  const moves = fc.oneof(...adversaries.flatMap((adversary) => adversary.moves(groundOf(field))));
  let longest = 0;
  fc.assert(
    fc.property(
      fc.array(moves, { minLength: MOVES, maxLength: MOVES }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: CUTS, maxLength: CUTS }),
      (planned, shares) => {
        const arena = new Arena(field, STARTS_AT, []);
        for (const move of planned) move.run(arena);
        const { policy } = field.loaded;
        const entries: readonly Entry[] = arena.entries;
        const snapshots = new Snapshots(policy);
        for (const cut of shares.map((share) => Math.floor(share * entries.length)).toSorted((a, b) => a - b)) {
          const journal = entries.slice(0, cut);
          const near = entries.slice(Math.max(0, cut - ASKED), cut + ASKED);
          const calls = near.flatMap((entry) => (entry.kind === 'call' ? [callOf(entry)] : [])).slice(0, ASKED);
          const at = journal.at(-1)?.at ?? STARTS_AT;
          const own = snapshots.fold(journal).engine;
          const whole = foldJournal(policy, journal).engine;
          expect(answers(own, calls, at)).toEqual(answers(whole, calls, at));
          longest = Math.max(longest, cut);
        }
      },
    ),
    { seed: 20_260_302, numRuns: 12 },
  );
  expect(longest).toBeGreaterThan(LONG);
});
