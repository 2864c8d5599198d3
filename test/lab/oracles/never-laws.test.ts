import { fc, test } from '@fast-check/vitest';
import type { Arbitrary } from 'fast-check';
import { describe, expect } from 'vitest';
import type { AgentId, RouteId } from '../../../src/engine/ids.ts';
import { neverOracles } from '../../../src/lab/oracles/never.ts';
import type { NeverDeeds, NeverEach, NeverRule, NeverWindow } from '../../../src/policy/never.ts';
import { brokenBy } from '../../model/never.ts';
import { AGENTS, CURRENCIES, history, KINDS, money, ROUTES, WINDOWS_MS, ZONES } from './deeds.ts';

const within: Arbitrary<NeverWindow> = fc.oneof(
  fc.constant({ kind: 'ever' as const }),
  fc.constantFrom(...WINDOWS_MS).map((ms) => ({ kind: 'rolling' as const, ms })),
  fc.constantFrom(...ZONES).map((timeZone) => ({ kind: 'day' as const, timeZone })),
);
const byRoutes: Arbitrary<NeverDeeds> = fc.oneof(
  fc.constant({ by: 'routes' as const, routes: 'all' as const }),
  fc.subarray(ROUTES as RouteId[], { minLength: 1 }).map((ids) => ({ by: 'routes' as const, routes: new Set(ids) })),
);
const deeds = fc.oneof(
  byRoutes,
  fc.constantFrom(...KINDS).map((kind) => ({ by: 'ledger' as const, kind })),
);
const head = {
  rule: fc.constant('never[0]'),
  text: fc.constant('never'),
  what: fc.constant('it'),
  deeds,
  agents: fc.oneof(
    fc.constant('all' as const),
    fc.constantFrom(...(AGENTS as AgentId[])).map((one) => new Set([one])),
  ),
};
const each = fc.constantFrom<NeverEach>('all', 'agent', 'subject');
const over = fc.constantFrom(0, 1, 1, 2, 3, 5);

const eachAgent = fc.constantFrom<NeverEach>('all', 'agent');
const effects = fc.record({ ...head, kind: fc.constant('effects' as const), over, each, within });
const requests = fc.record({
  ...head,
  deeds: byRoutes,
  kind: fc.constant('requests' as const),
  over,
  each: eachAgent,
  within,
});
const reads = fc.record({
  ...head,
  kind: fc.constant('reads' as const),
  over,
  each: eachAgent,
  within,
});
const moneyOut = fc.record({
  ...head,
  kind: fc.constant('money' as const),
  over: fc
    .subarray(CURRENCIES)
    .chain((some) =>
      fc.tuple(...some.map((currency) => fc.constantFrom(1, 3, 8).map((units) => money(units, currency)))),
    ),
  each,
  within,
});
const payees = fc.record({
  ...head,
  kind: fc.constant('payees' as const),
  only: fc.subarray(['acct_1', 'acct_2'], { minLength: 1 }).map((some) => new Set(some)),
});
const RUNS = 400;

describe('a watch says of every deed what reading all deeds again says', () => {
  test.each<[string, Arbitrary<NeverRule>]>([
    ['effects', effects],
    ['requests', requests],
    ['different subjects read', reads],
    ['money', moneyOut],
    ['payees', payees],
  ])('%s', (_kind, rules) => {
    let broken = 0;
    fc.assert(
      fc.property(rules, history(), (rule, happened) => {
        const watch = neverOracles([rule])[0]!.watch();
        for (const [index, deed] of happened.entries()) {
          const harm = watch.see(deed);
          const model = brokenBy(rule, happened.slice(0, index + 1));
          expect(harm?.deeds).toEqual(model);
          if (harm === undefined) continue;
          broken += 1;
          expect(harm.deeds.at(-1)).toBe(deed);
          expect(deed.by).not.toBeNull();
          expect(harm.oracle).toBe('never[0]');
        }
      }),
      { numRuns: RUNS },
    );
    // A property that meets no harm proves nothing.
    expect(broken).toBeGreaterThan(RUNS / 2);
  });

  test.prop([effects, history()], { numRuns: 50 })(
    'two watches of one oracle know nothing of each other',
    (rule, happened) => {
      const [oracle] = neverOracles([rule]);
      const all = (): readonly boolean[] => {
        const watch = oracle!.watch();
        return happened.map((deed) => watch.see(deed) !== undefined);
      };
      expect(all()).toEqual(all());
    },
  );
});
