import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/engine/call.ts';
import { combine } from '../../src/engine/combine.ts';
import type { Finding } from '../../src/engine/decision.ts';
import { Engine } from '../../src/engine/engine.ts';
import { aStory } from './arbitraries.ts';
import { play, type Story } from './playbook.ts';
import { agent, call, policy, ruleId } from './policies.ts';

/** Acts a story out and shows every call with the engine that is about to decide it. */
function everyCall(story: Story, visit: (call: Call, engine: Engine) => void): void {
  const engine = new Engine(story.policy);
  play(story, {
    decide(call) {
      visit(call, engine);
      return engine.decide(call);
    },
    apply: (event) => engine.apply(event),
  });
}

const finding: fc.Arbitrary<Finding> = fc.record({
  guard: fc.constantFrom('scope', 'rate', 'budget'),
  rule: fc.constantFrom('a', 'b', 'c').map(ruleId),
  verdict: fc.constantFrom('pass' as const, 'capture' as const, 'hold' as const, 'deny' as const),
  reason: fc.constant('some_reason'),
});

describe('default_deny', () => {
  test('an empty policy denies every call', () => {
    const decision = new Engine(policy([])).decide(call('c1'));
    expect(decision).toMatchObject({ verdict: 'deny', decisive: { guard: 'scope', reason: 'agent_unknown' } });
  });

  test('an agent without an entry for a route is denied there', () => {
    const decision = new Engine(policy([agent('bot', {}, { allow: [] })])).decide(call('c1'));
    expect(decision).toMatchObject({ verdict: 'deny', decisive: { guard: 'scope', reason: 'not_allowed' } });
  });

  test('what is allowed is granted, and an entry for that agent and route holds', () => {
    fc.assert(
      fc.property(aStory(), (story) => {
        everyCall(story, (call, engine) => {
          if (engine.decide(call).verdict !== 'allow') return;
          const entries = story.policy.agents.get(call.agent)?.allow ?? [];
          const holds = entries.some(
            ({ route, rule, when }) => route === call.route && (when === undefined || call.conditions[rule] === true),
          );
          expect(holds && call.granted).toBe(true);
        });
      }),
    );
  });
});

describe('deny_overrides_allow', () => {
  const severity = { pass: 0, capture: 1, hold: 2, deny: 3 };
  const answer = { pass: 'allow', capture: 'capture', hold: 'hold', deny: 'deny' };

  test('the first of the most severe findings decides, wherever it stands, and none is lost', () => {
    fc.assert(
      fc.property(fc.array(finding, { minLength: 1 }), (findings) => {
        const worst = findings.toSorted((a, b) => severity[b.verdict] - severity[a.verdict])[0] as Finding;
        expect(combine(findings)).toEqual({ verdict: answer[worst.verdict], decisive: worst, findings });
      }),
    );
  });

  test('a call is allowed exactly where every finding passes', () => {
    fc.assert(
      fc.property(aStory(), (story) => {
        everyCall(story, (call, engine) => {
          const { verdict, findings } = engine.decide(call);
          expect(verdict === 'allow').toBe(findings.every((one) => one.verdict === 'pass'));
        });
      }),
    );
  });
});

describe('I4 no silent verdict', () => {
  test('every finding names guard, rule and reason; every denial says whether to try again, and what to do', () => {
    fc.assert(
      fc.property(aStory(), (story) => {
        everyCall(story, (call, engine) => {
          const { decisive, findings } = engine.decide(call);
          expect(findings).toContain(decisive);
          for (const one of findings) {
            expect(one.guard).toMatch(/^[a-z]+$/);
            expect(one.rule).not.toBe('');
            expect(one.reason).toMatch(/^[a-z]+(_[a-z]+)*$/);
            expect(one.reason === 'ok').toBe(one.verdict === 'pass');
            if (one.verdict === 'pass' || one.verdict === 'capture') continue;
            expect(one.hint).toMatch(/\.$/);
            expect(['never', 'after', 'if-changed']).toContain(one.retryable);
            expect(one.retryAt !== undefined).toBe(one.retryable === 'after');
          }
        });
      }),
    );
  });
});
