import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Stage as RolloutStage } from '../../../src/engine/call.ts';
import { isInside, RING, type SegmentRule } from '../../../src/engine/guards/segment.ts';
import { agent, allow, call, policy, route, routeSet, ruleId } from '../policies.ts';
import { Stage } from './act.ts';

const ROUTES = [route('get', 'read'), route('refund', 'write'), route('payout', 'write')];

const RULE: SegmentRule = {
  rule: ruleId('bot.segment[0]'),
  routes: routeSet('refund'),
  key: () => null,
  customers: new Set(['cus_1', 'cus_2']),
  belows: [0],
  salt: '',
};

function act(
  rules: readonly SegmentRule[],
  stage: RolloutStage,
  name: string,
  key: string | null,
  subject = 'charge:1',
) {
  const one = agent('bot', { segment: rules }, { stage, allow: allow('bot', ...ROUTES.map(({ id }) => id)) });
  const acted = new Stage(policy([one], {}, ROUTES), 'segment');
  const effect = name === 'get' ? 'read' : 'write';
  const particulars = { shape: [], parameters: {}, segment: key, precondition: null, payment: null };
  const asked = call('c', { route: name, effect, amount: null, subject, particulars });
  const { verdict } = acted.engine.decide(asked);
  return { verdict, found: acted.call(asked) };
}

const BY_SUBJECT: SegmentRule = { ...RULE, key: 'subject', customers: new Set(['charge:1']) };

const ROWS: readonly (readonly [
  name: string,
  rules: readonly SegmentRule[],
  stage: RolloutStage,
  route: string,
  key: string | null,
  verdict: 'allow' | 'deny' | 'capture',
  reason: string | undefined,
])[] = [
  ['a listed customer', [RULE], 'limited', 'refund', 'cus_1', 'allow', 'ok'],
  ['another customer', [RULE], 'limited', 'refund', 'cus_3', 'deny', 'outside_segment'],
  ['a listed customer in other letters', [RULE], 'limited', 'refund', 'CUS_1', 'deny', 'outside_segment'],
  ['no customer', [RULE], 'limited', 'refund', null, 'deny', 'outside_segment'],
  ['everybody', [{ ...RULE, belows: [RING] }], 'limited', 'refund', 'cus_3', 'allow', 'ok'],
  ['everybody, but no customer', [{ ...RULE, belows: [RING] }], 'limited', 'refund', null, 'deny', 'outside_segment'],
  ['a write that no segment names', [RULE], 'limited', 'payout', 'cus_1', 'deny', 'outside_segment'],
  ['a read that no segment names', [RULE], 'limited', 'get', null, 'allow', 'ok'],
  ['a listed subject', [BY_SUBJECT], 'limited', 'refund', null, 'allow', 'ok'],
  ['no segment at all', [], 'limited', 'refund', 'cus_1', 'deny', undefined],
  ['in production a segment judges nothing', [RULE], 'production', 'refund', 'cus_3', 'allow', undefined],
  ['in the sandbox neither', [RULE], 'sandbox', 'refund', 'cus_3', 'allow', undefined],
  ['in shadow it judges nothing, and the stage captures', [RULE], 'shadow', 'refund', 'cus_3', 'capture', undefined],
];

test.each(ROWS)('%s', (_, rules, stage, name, key, verdict, reason) => {
  const acted = act(rules, stage, name, key);
  expect(acted.verdict).toBe(verdict);
  expect(acted.found?.reason).toBe(reason);
});

test('another subject is outside', () => {
  expect(act([BY_SUBJECT], 'limited', 'refund', null, 'charge:2').found).toEqual({
    guard: 'segment',
    rule: 'bot.segment[0]',
    verdict: 'deny',
    reason: 'outside_segment',
    observed: 'charge:2',
    limit: 'limited',
    retryable: 'never',
    hint: expect.stringContaining('You are in limited production'),
  });
});

const share = (part: number, salt = ''): Pick<SegmentRule, 'customers' | 'belows' | 'salt'> => ({
  customers: new Set(),
  belows: [Math.round(part * RING)],
  salt,
});

test('a_share_is_about_as_large_as_it_says, whatever the salt', () => {
  const parts = fc.constantFrom(0.01, 0.05, 0.25, 0.5, 0.9);
  fc.assert(
    fc.property(parts, fc.string({ maxLength: 12 }), fc.nat(1_000_000), (part, salt, first) => {
      const many = 4_000;
      const inside = Array.from({ length: many }, (_, index) => `cus_${first + index}`).filter((key) =>
        isInside(share(part, salt), key),
      );
      // Five standard deviations of a fair draw: one in two million would lie beyond.
      const tolerance = 5 * Math.sqrt((part * (1 - part)) / many);
      expect(Math.abs(inside.length / many - part)).toBeLessThan(tolerance);
    }),
    { numRuns: 40, seed: 402 }, // a statistical bound: the same draw every time
  );
});

test('a_larger_share_contains_a_smaller_one', () => {
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.string(), fc.string(), part, part, (key, salt, one, other) => {
      const [small, large] = [Math.min(one, other), Math.max(one, other)];
      if (isInside(share(small, salt), key)) expect(isInside(share(large, salt), key)).toBe(true);
    }),
  );
});

test('who is in stays the same over versions', () => {
  const inside = Array.from({ length: 100 }, (_, index) => `cus_${index}`).filter((key) =>
    isInside(share(0.05, 'bot'), key),
  );
  expect(inside).toMatchInlineSnapshot(`
    [
      "cus_20",
      "cus_29",
      "cus_76",
      "cus_87",
    ]
  `);
});

test('spellings that an upstream may confuse are in together or out together', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9_]{1,20}$/), (key) => {
      const half = share(0.5, 'bot');
      for (const spelt of [key.toUpperCase(), ` ${key}`, `${key}\t`, `${key}\u200b`]) {
        expect(isInside(half, spelt)).toBe(isInside(half, key));
      }
    }),
  );
});
