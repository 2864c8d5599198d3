import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AmountFact, Call } from '../../src/engine/call.ts';
import { tripsOf } from '../../src/engine/combine.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Money } from '../../src/std/money.ts';
import type { Json } from '../../src/std/canonical-json.ts';
import { aStory } from './arbitraries.ts';
import { play, type Story } from './playbook.ts';

/** A new engine that knows only what a snapshot file and the list of open calls would tell it. */
function reloaded(engine: Engine, story: Story): Engine {
  const fresh = new Engine(story.policy);
  fresh.load(JSON.parse(JSON.stringify(engine.save())) as Json, [...engine.open()]);
  return fresh;
}

describe('decide_changes_nothing', () => {
  test('asking any number of extra times, of anyone, now or later, changes no later verdict and no state', () => {
    fc.assert(
      fc.property(aStory(), fc.array(fc.nat(90_000_000), { minLength: 1, maxLength: 5 }), (story, laterMs) => {
        const quiet = new Engine(story.policy);
        const asked = new Engine(story.policy);
        const seen: Call[] = [];
        play(story, {
          decide(call) {
            seen.push(call);
            const before = asked.save();
            for (const [index, ms] of laterMs.entries()) {
              asked.decide({ ...(seen.at(-1 - index) ?? call), at: call.at + ms });
            }
            expect(asked.save()).toEqual(before);
            const decision = quiet.decide(call);
            expect(asked.decide(call)).toEqual(decision);
            return decision;
          },
          apply(event) {
            quiet.apply(event);
            asked.apply(event);
          },
        });
        expect(asked.save()).toEqual(quiet.save());
      }),
    );
  });
});

describe('an end of what was never let through moves nothing', () => {
  test('an engine that is told how refused and held calls ended, as imports record it, stays as one that is not', () => {
    fc.assert(
      fc.property(
        aStory(),
        fc.array(fc.constantFrom('effective', 'ineffective', 'unknown'), { minLength: 1 }),
        (story, ends) => {
          const quiet = new Engine(story.policy);
          const told = new Engine(story.policy);
          let count = 0;
          play(story, {
            decide: (call) => quiet.decide(call),
            apply(event) {
              quiet.apply(event);
              told.apply(event);
              if (event.kind !== 'decided' || event.verdict === 'allow' || event.verdict === 'capture') return;
              const { id, at } = event.call;
              const effectiveness = ends[(count += 1) % ends.length] ?? 'unknown';
              told.apply({ kind: 'ended', call: id, at, effectiveness, answer: ANSWER });
              expect(told.save()).toEqual(quiet.save());
            },
          });
          expect(told.freezes()).toEqual(quiet.freezes());
        },
      ),
    );
  });
});

const ANSWER = { status: 200, latencyMs: 5, retryAfterMs: null, etag: '"1"', contract: null, values: {} };

describe('snapshot_equals_fold', () => {
  /** Stories about everything, and about the few guards whose state is more than a sum. */
  const keptStory = fc.oneof(aStory(), aStory({ runaway: 3, once: 2 }), aStory({ budgets: 2, rates: 2 }));

  test('an engine loaded from a snapshot, at any moment and any number of times, decides like one that saw it all', () => {
    fc.assert(
      fc.property(keptStory, fc.array(fc.nat(60), { minLength: 1, maxLength: 4 }), (story, cuts) => {
        const folded = new Engine(story.policy);
        let loaded = new Engine(story.policy);
        let count = 0;
        play(story, {
          decide(call) {
            const decision = folded.decide(call);
            expect(loaded.decide(call)).toEqual(decision);
            return decision;
          },
          apply(event) {
            folded.apply(event);
            loaded.apply(event);
            count += 1;
            if (cuts.includes(count)) loaded = reloaded(loaded, story);
            expect(loaded.freezes()).toEqual(folded.freezes());
          },
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe('I8 same engine', () => {
  test('a call written as JSON and read back is decided again as it was, trips included, in a fresh engine', () => {
    fc.assert(
      fc.property(aStory(), (story) => {
        const door = new Engine(story.policy);
        const findings: string[] = [];
        const events = play(story, {
          decide(call) {
            const decision = door.decide(call);
            findings.push(JSON.stringify(decision));
            return decision;
          },
          apply: (event) => door.apply(event),
        });
        const replay = new Engine(story.policy);
        for (const event of events) {
          if (event.kind !== 'decided') {
            replay.apply(event);
            continue;
          }
          const call = read(written(event.call));
          const decision = replay.decide(call);
          expect(JSON.stringify(decision)).toBe(findings.shift());
          expect(tripsOf(decision)).toEqual(event.trips);
          replay.apply({ kind: 'decided', call, verdict: decision.verdict, trips: tripsOf(decision) });
        }
        expect(replay.save()).toEqual(door.save());
      }),
    );
  });

  type WrittenAmount = Exclude<AmountFact, Money> | { micros: string; currency: string } | null;

  /** As a journal keeps it: amounts are text. */
  function written(call: Call): string {
    const { amount } = call;
    const text = amount !== null && 'micros' in amount ? { ...amount, micros: String(amount.micros) } : amount;
    return JSON.stringify({ ...call, amount: text });
  }

  function read(line: string): Call {
    const { amount, ...facts } = JSON.parse(line) as Omit<Call, 'amount'> & { amount: WrittenAmount };
    if (amount === null || 'fault' in amount) return { ...facts, amount };
    return { ...facts, amount: { ...amount, micros: BigInt(amount.micros) } };
  }
});
