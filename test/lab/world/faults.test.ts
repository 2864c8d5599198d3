import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FaultRule, faultPlan } from '../../../src/lab/world/faults.ts';
import { operation } from '../../../src/lab/world/operation.ts';
import { prng } from '../../../src/std/prng.ts';

const fault = { kind: 'status', status: 503 } as const;
const other = { kind: 'hang', commit: false } as const;

/** Which of the first twelve matching calls, counted from 1, are struck. */
const struck = (rule: Omit<FaultRule, 'match' | 'fault'>, seed = 1): number[] => {
  const plan = faultPlan([{ match: 'POST /v1/refunds', fault, ...rule }], prng(seed));
  return Array.from({ length: 12 }, (_, index) => index + 1).filter(
    () => plan.next('POST', '/v1/refunds') !== undefined,
  );
};

describe('a fault plan', () => {
  it.each<[Omit<FaultRule, 'match' | 'fault'>, number[]]>([
    [{}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    [{ times: 2 }, [1, 2]],
    [{ every: 5 }, [5, 10]],
    [{ from: 11 }, [11, 12]],
    [{ from: 3, to: 5 }, [3, 4, 5]],
    [{ from: 3, every: 4, times: 2 }, [6, 10]],
    [{ probability: 0 }, []],
    [{ probability: 1, to: 2 }, [1, 2]],
  ])('with %j strikes calls %j', (rule, expected) => {
    expect(struck(rule)).toEqual(expected);
  });

  it('counts only the calls that match', () => {
    const plan = faultPlan([{ match: 'POST /v1/refunds', from: 2, fault }], prng(1));
    const asked = [
      ['GET', '/v1/refunds'],
      ['POST', '/v1/refunds'],
      ['POST', '/v1/payouts'],
      ['POST', '/v1/refunds'],
    ];
    expect(asked.map(([method = '', path = '']) => plan.next(method, path))).toEqual([
      undefined,
      undefined,
      undefined,
      fault,
    ]);
  });

  it('lets the first rule that strikes decide, while every rule goes on counting', () => {
    const rules = [
      { match: 'GET /a', from: 2, to: 2, fault },
      { match: '* /{any}', every: 2, fault: other },
    ];
    const plan = faultPlan(rules, prng(1));
    expect(Array.from({ length: 4 }, () => plan.next('GET', '/a'))).toEqual([undefined, fault, undefined, other]);
  });

  it('strikes the same calls for the same seed, and about the share asked for', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(struck({ probability: 0.5 }, seed)).toEqual(struck({ probability: 0.5 }, seed));
      }),
    );
    const plan = faultPlan([{ match: 'GET /a', probability: 0.2, fault }], prng(42));
    const hits = Array.from({ length: 10_000 }, () => plan.next('GET', '/a')).filter(Boolean).length;
    expect(hits).toBeGreaterThan(1_800);
    expect(hits).toBeLessThan(2_200);
  });
});

describe('an operation', () => {
  const { match } = operation('GET /v1/charges/{id}');
  it.each<[string, string, unknown]>([
    ['GET', '/v1/charges/ch_1', { id: 'ch_1' }],
    ['POST', '/v1/charges/ch_1', undefined],
    ['GET', '/v1/charges', undefined],
    ['GET', '/v1/charges/', undefined],
    ['GET', '/v1/charges/ch_1/', undefined],
    ['GET', '/v1/charges/ch_1/refunds', undefined],
    ['GET', '/v1/CHARGES/ch_1', undefined],
    ['GET', '/v1/charges/ch_1%2Frefunds', { id: 'ch_1%2Frefunds' }],
  ])('is matched to the segment: %s %s', (method, path, expected) => {
    expect(match(method, path)).toEqual(expected);
  });
});
