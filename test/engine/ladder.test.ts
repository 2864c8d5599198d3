import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Stage } from '../../src/engine/call.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { AgentId } from '../../src/engine/ids.ts';
import type { Agent, Policy } from '../../src/engine/policy.ts';
import { STAGES, type Claim } from '../../src/engine/standings.ts';
import type { Json } from '../../src/std/canonical-json.ts';
import { aStory } from './arbitraries.ts';
import { agent as agentOf, policy as policyOf } from './policies.ts';
import { play, type Story } from './playbook.ts';
import { judged } from './worlds.ts';

const AT_STAGE = STAGES.filter((stage) => stage !== 'sandbox');

/** The policy with every agent fixed at a stage. */
function fixed(policy: Policy, stage: Stage): Policy {
  return each(policy, (agent) => ({ ...agent, stage }));
}

/** The policy in which everybody starts in staging and may climb to production. */
function laddered(policy: Policy): Policy {
  return each(policy, (agent) => ({ ...agent, stage: 'production', base: 'staging' }));
}

function each(policy: Policy, change: (agent: Agent) => Agent): Policy {
  return { ...policy, agents: new Map([...policy.agents].map(([id, agent]) => [id, change(agent)])) };
}

const claimOf = (stage: Stage, until: number | null = null): Claim => {
  return { stage, step: null, until, ground: 'promotion', id: `to ${stage}` };
};

interface Move {
  readonly after: number;
  readonly agent: number;
  readonly stage: Stage;
  readonly lastsMs: number | null;
}

const moves = fc.array(
  fc.record<Move>({
    after: fc.nat(12),
    agent: fc.nat(3),
    stage: fc.constantFrom(...AT_STAGE),
    lastsMs: fc.option(fc.integer({ min: 1, max: 5_000 })),
  }),
  { maxLength: 6 },
);

describe('an agent that climbs', () => {
  test('is judged at every moment as if it had always stood where it stands, also over a snapshot', () => {
    const met = new Map<Stage, number>();
    fc.assert(
      fc.property(
        aStory({ once: 2, budgets: 2, rates: 1, fresh: 1 }),
        moves,
        fc.nat(60),
        (story: Story, moving, cut) => {
          const policy = laddered(story.policy);
          const agents = [...policy.agents.keys()];
          let engine = new Engine(policy);
          const still = new Map(AT_STAGE.map((stage) => [stage, new Engine(fixed(story.policy, stage))]));
          const pending = moving.toSorted((a, b) => b.after - a.after);
          let decided = 0;
          let now = story.startsAt;
          play(story, {
            decide(call) {
              now = call.at;
              while (pending.length > 0 && (pending.at(-1)?.after ?? 0) <= decided) {
                const { agent, stage, lastsMs } = pending.pop() as Move;
                const claims = [claimOf(stage, lastsMs === null ? null : now + lastsMs)];
                const id = agents[agent % agents.length] as AgentId;
                engine.apply({ kind: 'stood', agent: id, at: now, policy: policy.digest, claims });
              }
              decided += 1;
              if (decided === cut) {
                const again = new Engine(policy);
                again.load(JSON.parse(JSON.stringify(engine.save())) as Json, [...engine.open()]);
                engine = again;
              }
              const { stage } = engine.standings.of(call.agent, call.at);
              if (agents.includes(call.agent)) met.set(stage, (met.get(stage) ?? 0) + 1);
              const decision = engine.decide(call);
              const expected = still.get(stage === 'sandbox' ? 'staging' : stage)?.decide(call);
              expect(decision.verdict).toBe(expected?.verdict);
              expect(judged(decision)).toEqual(expected && judged(expected));
              expect(decision.findings.find(({ guard }) => guard === 'stage')).toEqual(
                expected?.findings.find(({ guard }) => guard === 'stage'),
              );
              return decision;
            },
            apply(event) {
              engine.apply(event);
              for (const other of still.values()) other.apply(event);
            },
          });
        },
      ),
      { numRuns: 1_500 },
    );
    for (const stage of AT_STAGE) expect(met.get(stage) ?? 0).toBeGreaterThan(100);
  }, 60_000);

  test('stands at the highest of its claims that has not ended, and never above what its policy declares', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ stage: fc.constantFrom(...STAGES), until: fc.option(fc.integer({ min: 0, max: 10 })) })),
        fc.constantFrom(...STAGES),
        fc.constantFrom(...STAGES),
        fc.integer({ min: 0, max: 10 }),
        (claims, one, other, at) => {
          const rank = (stage: Stage): number => STAGES.indexOf(stage);
          const [base, top] = rank(one) < rank(other) ? [one, other] : [other, one];
          const engine = new Engine(policyOf([agentOf('bot', {}, { stage: top, base })]));
          const given = claims.map(({ stage, until }) => claimOf(stage, until));
          engine.apply({ kind: 'stood', agent: 'bot' as AgentId, at: 0, policy: engine.policy.digest, claims: given });
          const live = claims.filter(({ until, stage }) => (until === null || until > at) && rank(stage) <= rank(top));
          const highest = Math.max(rank(base), ...live.map(({ stage }) => rank(stage)));
          expect(engine.standings.of('bot' as AgentId, at).stage).toBe(STAGES[highest]);
        },
      ),
    );
  });

  test('claims of another policy are none; a demotion and a revocation hold under every policy', () => {
    const base = laddered(fc.sample(aStory(), { numRuns: 1, seed: 1 })[0]!.policy);
    const engine = new Engine(base);
    const [agent] = [...base.agents.keys()] as [AgentId];
    const claims = [claimOf('production')];
    engine.apply({ kind: 'stood', agent, at: 1, policy: 'another', claims, fell: true, revoked: 'promotion_1' });
    expect(engine.standings.of(agent, 2)).toEqual({ stage: 'staging', step: null, claim: null });
    expect(engine.standings.fellAt(agent)).toBe(1);
    expect(engine.standings.isRevoked('promotion_1')).toBe(true);
    engine.apply({ kind: 'stood', agent, at: 3, policy: base.digest, claims });
    expect(engine.standings.of(agent, 3).stage).toBe('production');
  });
});
