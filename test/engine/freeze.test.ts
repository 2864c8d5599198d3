import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { Json } from '../../src/std/canonical-json.ts';
import { aStory } from './arbitraries.ts';
import { play } from './playbook.ts';
import { agent, agentId, call, policy } from './policies.ts';

const TEN_YEARS_MS = 3_650 * 86_400_000;
const HUMAN = { by: 'human:ann', reason: 'looks wrong' };

describe('I6 freeze', () => {
  test('between a freeze or trip and the next resume nothing is allowed, whatever else happens, across restarts', () => {
    let refused = 0;
    fc.assert(
      fc.property(aStory(), fc.nat(7), (story, restartEvery) => {
        const frozen = new Set<string>();
        let engine = new Engine(story.policy);
        let events = 0;
        play(story, {
          decide(call) {
            const decision = engine.decide(call);
            if (frozen.has(call.agent)) {
              refused += 1;
              expect(decision.decisive).toMatchObject({ verdict: 'deny', guard: 'freeze', reason: 'agent_frozen' });
              expect(engine.decide({ ...call, at: call.at + TEN_YEARS_MS }).verdict).toBe('deny');
            }
            return decision;
          },
          apply(event) {
            engine.apply(event);
            if (event.kind === 'frozen') frozen.add(event.freeze.agent);
            if (event.kind === 'resumed') frozen.delete(event.agent);
            if (event.kind === 'decided' && event.trips.length > 0) frozen.add(event.call.agent);
            expect(new Set(engine.freezes().map((one): string => one.agent))).toEqual(frozen);
            events += 1;
            if (events % (restartEvery + 1) !== 0) return;
            const next = new Engine(story.policy);
            next.load(JSON.parse(JSON.stringify(engine.save())) as Json, [...engine.open()]);
            engine = next;
          },
        });
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(50);
  });

  test('the first cause stands, until a kill outranks a freeze', () => {
    const engine = new Engine(policy([agent('bot')]));
    const stop = (at: number, trip: 'freeze' | 'kill'): void =>
      engine.apply({ kind: 'frozen', freeze: { agent: agentId('bot'), at, trip, ...HUMAN } });
    stop(1, 'freeze');
    stop(2, 'freeze');
    expect(engine.frozen(agentId('bot'))).toMatchObject({ at: 1, trip: 'freeze' });
    stop(3, 'kill');
    stop(4, 'freeze');
    stop(5, 'kill');
    expect(engine.frozen(agentId('bot'))).toMatchObject({ at: 3, trip: 'kill' });
  });

  test('freezing one agent stops no other, and resuming one thaws no other', () => {
    const engine = new Engine(policy([agent('bot'), agent('ada')]));
    for (const name of ['bot', 'ada']) {
      engine.apply({ kind: 'frozen', freeze: { agent: agentId(name), at: 1, trip: 'freeze', ...HUMAN } });
    }
    engine.apply({ kind: 'resumed', agent: agentId('ada'), at: 2 });
    expect(engine.decide(call('c1', { agent: 'bot', at: 3 })).verdict).toBe('deny');
    expect(engine.decide(call('c2', { agent: 'ada', at: 3 })).verdict).toBe('allow');
  });

  test('an agent frozen before the policy named it is frozen', () => {
    const engine = new Engine(policy([]));
    engine.apply({ kind: 'frozen', freeze: { agent: agentId('bot'), at: 1, trip: 'kill', ...HUMAN } });
    const renamed = new Engine(policy([agent('bot')]));
    renamed.load(JSON.parse(JSON.stringify(engine.save())) as Json, []);
    expect(renamed.decide(call('c1')).verdict).toBe('deny');
  });
});
