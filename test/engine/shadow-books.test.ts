import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Stage } from '../../src/engine/call.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Json } from '../../src/std/canonical-json.ts';
import { aStory } from './arbitraries.ts';
import { play } from './playbook.ts';
import { judged, promoted, Worlds } from './worlds.ts';

const RUNS = 600;
const TIMEOUT_MS = 120_000;
/** Half of the agents in shadow: every history has both kinds, mostly. */
const stages = fc.constantFrom<Stage[]>('production', 'shadow', 'production', 'shadow', 'staging');
const stories = fc.oneof(
  aStory(undefined, stages),
  aStory({ once: 2, budgets: 2 }, stages),
  aStory({ inflight: 1, rates: 2 }, stages),
);

describe('the books of agents in shadow', () => {
  test(
    'such an agent is judged as production would judge it, had its captured writes been real; everybody else, as if they had never been',
    () => {
      const met = new Map<string, number>();
      fc.assert(
        fc.property(stories, (story) => {
          const worlds = new Worlds(story.policy, (kind, reason) =>
            met.set(`${kind} ${reason}`, (met.get(`${kind} ${reason}`) ?? 0) + 1),
          );
          play(story, worlds);
        }),
        { numRuns: RUNS },
      );
      const wanted = ['already_done', 'budget_exceeded', 'too_many_in_flight', 'rate_exceeded'];
      const missing = ['shadow', 'real'].flatMap((kind) =>
        wanted.filter((reason) => (met.get(`${kind} ${reason}`) ?? 0) < 20),
      );
      expect(missing).toEqual([]);
      expect(met.get('shadow captured')).toBeGreaterThan(200);
    },
    TIMEOUT_MS,
  );

  test(
    'whoever leaves shadow finds the world as it is: none of its captured writes counts, and none that was under way hangs',
    () => {
      fc.assert(
        fc.property(stories, fc.nat(60), (story, cut) => {
          const before = new Engine(story.policy);
          // A policy of its own: every engine hears every record, as a start under it does.
          const after = new Engine(promoted(story.policy));
          const real = new Engine(promoted(story.policy));
          let count = 0;
          play(story, {
            decide(call) {
              count += 1;
              if (count <= cut) return before.decide(call);
              const decision = after.decide(call);
              expect(judged(decision)).toEqual(judged(real.decide(call)));
              return decision;
            },
            apply(event) {
              before.apply(event);
              after.apply(event);
              // The same history without the captured writes: attempts alone.
              real.apply(
                event.kind === 'decided' && event.verdict === 'capture' ? { ...event, verdict: 'deny' } : event,
              );
            },
          });
        }),
        { numRuns: 300 },
      );
    },
    TIMEOUT_MS,
  );

  test('a captured write is open until its end is known, also over a snapshot', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const engine = new Engine(story.policy);
        const events = play(story, engine);
        const ended = new Set(events.flatMap((event) => (event.kind === 'ended' ? [event.call] : [])));
        const begun = events.flatMap((event) =>
          event.kind === 'decided' && (event.verdict === 'allow' || event.verdict === 'capture') ? [event.call.id] : [],
        );
        const open = begun.filter((id) => !ended.has(id));
        const again = new Engine(story.policy);
        again.load(JSON.parse(JSON.stringify(engine.save())) as Json, [...engine.open()]);
        expect([...again.open()].map(({ id }) => id).sort()).toEqual(open.sort());
        for (const call of open) again.apply({ kind: 'ended', call, at: 2e12, effectiveness: 'ineffective' });
        for (const call of open) engine.apply({ kind: 'ended', call, at: 2e12, effectiveness: 'ineffective' });
        expect(again.save()).toEqual(engine.save());
        expect([...again.open()]).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
