import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Stage } from '../../src/engine/call.ts';
import type { Decision, Finding } from '../../src/engine/decision.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Event } from '../../src/engine/event.ts';
import type { AgentId } from '../../src/engine/ids.ts';
import { captures, type Policy } from '../../src/engine/policy.ts';
import type { Json } from '../../src/std/canonical-json.ts';
import { aStory } from './arbitraries.ts';
import { play } from './playbook.ts';

const RUNS = 600;
const TIMEOUT_MS = 120_000;
/** Half of the agents in shadow: every history has both kinds, mostly. */
const stages = fc.constantFrom<Stage[]>('production', 'shadow', 'production', 'shadow', 'staging');
const stories = fc.oneof(
  aStory(undefined, stages),
  aStory({ once: 2, budgets: 2 }, stages),
  aStory({ inflight: 1, rates: 2 }, stages),
);

/** The policy as it will be on the day that everybody who is in shadow writes for real. */
function promoted(policy: Policy): Policy {
  const agents = [...policy.agents].map(
    ([id, agent]) => [id, captures(agent) ? { ...agent, stage: 'production' as const } : agent] as const,
  );
  return { ...policy, agents: new Map(agents) };
}

/** What an engine hears that takes one agent's captured writes for real, and nobody else's. */
function heardBy(agent: AgentId | undefined, event: Event): Event {
  if (event.kind !== 'decided' || event.verdict !== 'capture') return event;
  return { ...event, verdict: event.call.agent === agent ? 'allow' : 'capture' };
}

/** All that may differ: the stage's own word, and whose name an earlier call has. */
function judged({ findings }: Decision): readonly Partial<Finding>[] {
  return findings.filter(({ guard }) => guard !== 'stage').map(({ earlier: _, hint: __, ...found }) => found);
}

describe('the books of agents in shadow', () => {
  test(
    'such an agent is judged as production would judge it, had its captured writes been real; everybody else, as if they had never been',
    () => {
      const met = new Map<string, number>();
      fc.assert(
        fc.property(stories, (story) => {
          const engine = new Engine(story.policy);
          const production = promoted(story.policy);
          const nobodys = new Engine(production);
          const shadows = [...story.policy.agents.values()].filter(captures);
          const worlds = new Map(shadows.map(({ id }) => [id, new Engine(production)]));
          play(story, {
            decide(call) {
              const decision = engine.decide(call);
              const world = worlds.get(call.agent) ?? nobodys;
              const expected = world.decide(call);
              expect(judged(decision)).toEqual(judged(expected));
              const { verdict } = expected;
              const isCaptured = worlds.has(call.agent) && verdict === 'allow' && call.effect !== 'read';
              expect(decision.verdict).toBe(isCaptured ? 'capture' : verdict);
              const kind = worlds.has(call.agent) ? 'shadow' : 'real';
              for (const { reason } of decision.findings) {
                met.set(`${kind} ${reason}`, (met.get(`${kind} ${reason}`) ?? 0) + 1);
              }
              return decision;
            },
            apply(event) {
              engine.apply(event);
              nobodys.apply(heardBy(undefined, event));
              for (const [agent, world] of worlds) world.apply(heardBy(agent, event));
            },
          });
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
