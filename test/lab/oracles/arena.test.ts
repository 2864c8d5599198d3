import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { neverOracles } from '../../../src/lab/oracles/never.ts';
import type { Harm, Oracle } from '../../../src/lab/oracles/oracle.ts';
import { oracleOf } from '../../../src/lab/oracles/own.ts';
import { impliedOracles, promiseOracles } from '../../../src/lab/oracles/promises.ts';
import { Arena } from '../../../src/lab/probe/arena.ts';
import type { Field } from '../../../src/lab/probe/field.ts';
import { Violation } from '../../../src/lab/probe/violation.ts';
import type { Fault } from '../../../src/lab/world/faults.ts';
import { getCharge, refund, refundsField, STARTS_AT } from '../probe/refunds-field.ts';

const LOST: Fault = { kind: 'reset', when: 'after' };

function harmIn(run: () => void): Harm | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return error.harm;
    throw error;
  }
}

/** Charges that can be refunded, at the business of an arena. */
function refundable(arena: Arena): readonly string[] {
  return arena.ids('charge').filter((id) => {
    const { body } = arena.outside(getCharge(id));
    const { amount, amount_refunded: back, disputed } = body as Record<string, number | boolean>;
    return back === 0 && disputed === false && Number(amount) >= 2_000;
  });
}

describe('in the arena', () => {
  const NEVER = 'never: [{ effect: create_refund, morePer: subject, than: 1 }, { money: out, over: 25 USD, per: day }]';
  const ONCE = '    once: [{ route: create_refund, per: subject }]\n';

  test('never: finds the lost answer that is sent again, and the guard that is there holds it off', () => {
    for (const rules of [NEVER, `${ONCE}${NEVER}`]) {
      const field = refundsField(rules);
      const arena = new Arena(field, STARTS_AT, neverOracles(field.loaded.never));
      const [charge = ''] = refundable(arena);
      const harm = harmIn(() => {
        arena.call(arena.grant('bot', 'night'), refund(charge, 500), { fault: LOST });
        arena.call(arena.grant('bot', 'night'), refund(charge, 500));
      });
      const text = `create_refund happened 2 times to charge:${charge}, 10.00 USD in all`;
      if (rules === NEVER) expect(harm).toMatchObject({ oracle: 'never[0]', text });
      else expect(harm).toBeUndefined();
    }
  });

  test('an oracle of one function sees what a scenario would', () => {
    const field = refundsField('');
    const oracle = oracleOf({
      name: 'many-refunds',
      text: 'more than two refunds',
      harm: (ledger) => ledger.filter(({ kind }) => kind === 'refund').slice(2),
    });
    const arena = new Arena(field, STARTS_AT, [oracle]);
    const [charge = ''] = refundable(arena);
    const harm = harmIn(() => {
      for (let count = 0; count < 5; count += 1) arena.call(arena.grant('bot', 'night'), refund(charge, 100));
    });
    expect(harm).toMatchObject({
      oracle: 'many-refunds',
      text: `more than two refunds: refund charge:${charge} 1.00 USD`,
    });
    expect(harm!.deeds).toHaveLength(1);
  });
});

const BOUND = `    once: [{ route: create_refund, per: subject, within: 1h }]
    budgets:
      - { max: 20 USD, per: day, timezone: UTC, onTrip: deny }
      - { max: 12 USD, per: 90m, onTrip: deny }
`;
const UNBOUND = '    budgets: [{ max: 1000 USD, per: 24h }]';

describe('promises, in runs that have everything go wrong', () => {
  const bound = refundsField(BOUND);
  const unbound = refundsField(UNBOUND);
  const fault = fc.constantFrom<(Fault | undefined)[]>(
    undefined,
    undefined,
    LOST,
    { kind: 'hang', commit: true },
    { kind: 'hang', commit: false },
    { kind: 'latency', ms: 4_000_000 },
    { kind: 'crash', when: 'after' },
    { kind: 'status', status: 503 },
  );
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('call' as const),
        charge: fc.nat(2),
        cents: fc.constantFrom(100, 500, 700),
        fault,
        lastsMs: fc.constantFrom(undefined, undefined, 1_000, 3_600_000),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('wait' as const),
        ms: fc.constantFrom(1, 60_000, 3_600_000, 5_400_000, 32_000_000),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  );
  type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

  function act(field: Field, oracles: readonly Oracle[], steps: readonly Step[]): Harm | undefined {
    const arena = new Arena(field, STARTS_AT, oracles);
    const charges = refundable(arena);
    const grant = arena.grant('bot', 'night');
    return harmIn(() => {
      for (const one of steps) {
        if (one.kind === 'wait') arena.wait(one.ms);
        else if (one.kind === 'restart') arena.restart();
        else {
          const { fault: struck, lastsMs } = one;
          arena.call(grant, refund(charges[one.charge] ?? '', one.cents), {
            ...(struck !== undefined && { fault: struck }),
            ...(lastsMs !== undefined && { lastsMs }),
          });
        }
      }
      arena.settle();
    });
  }
  const steps = fc.array(step, { maxLength: 25, size: 'max' });
  const oracles = [...promiseOracles(bound.loaded), ...impliedOracles(bound.loaded)];

  test('none is broken: neither as read nor in truth', () => {
    fc.assert(
      fc.property(steps, (some) => {
        expect(act(bound, oracles, some)).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  test('a door that did not keep them would be caught', () => {
    const caught = new Set<string>();
    const limits = oracles.filter(({ name }) => /budgets|once/.test(name));
    fc.assert(
      fc.property(steps, (some) => {
        for (const oracle of limits) if (act(unbound, [oracle], some) !== undefined) caught.add(oracle.name);
      }),
      { numRuns: 40 },
    );
    expect([...caught].sort()).toEqual(limits.map(({ name }) => name).sort());
  });
});
