import { describe, expect, test } from 'vitest';
import type { Deed } from '../../../src/lab/oracles/oracle.ts';
import { oracleOf, type OwnOracle } from '../../../src/lab/oracles/own.ts';
import { ARRIVAL } from '../../../src/lab/sandbox/scenario.ts';
import { doer, usd } from './deeds.ts';

const told = (at: number, kind: string, agent: string | null = 'ada'): Deed => ({
  at,
  upstream: 'payments',
  by: agent === null ? null : doer({ id: `call_${at}`, at, agent, route: 'pay', subject: null, units: 1 }),
  entry: { at, kind, subject: `charge:${at}`, moneyOut: kind === 'refund' ? usd(5) : null, write: kind === 'refund' },
});
const watchOf = (harm: OwnOracle['harm']) => oracleOf({ name: 'own', text: 'too many', harm }).watch();
const second: OwnOracle['harm'] = (ledger) => ledger.slice(1);

describe('an oracle of one function', () => {
  test('says which deeds, in money and subjects, and ends with the one that went too far', () => {
    const watch = watchOf((ledger) => (ledger.length < 3 ? [] : ledger.slice(0, 2)));
    const deeds = [told(1, 'refund'), told(2, 'refund'), told(3, 'refund')];
    expect(deeds.map((deed) => watch.see(deed))).toEqual([
      undefined,
      undefined,
      { oracle: 'own', text: 'too many: refund charge:1 5.00 USD, refund charge:2 5.00 USD', deeds },
    ]);
  });

  test('what somebody else does counts, and is no agent’s fault', () => {
    const watch = watchOf(second);
    expect(watch.see(told(1, 'refund'))).toBeUndefined();
    expect(watch.see(told(2, 'refund', null))).toBeUndefined();
    expect(watch.see(told(3, 'refund'))?.deeds).toHaveLength(2);
  });

  test('requests are no part of the ledger, and stand beside it', () => {
    const watch = watchOf(second);
    expect([told(1, ARRIVAL), told(2, 'refund'), told(3, ARRIVAL)].map((deed) => watch.see(deed))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const load = watchOf((_ledger, arrivals) => arrivals.slice(1));
    expect(load.see(told(1, ARRIVAL))).toBeUndefined();
    expect(load.see(told(2, ARRIVAL))?.text).toBe('too many: request charge:2');
  });

  test('entries that are not the ledger’s own are a mistake of its author, and said to be one', () => {
    const watch = watchOf((ledger) => ledger.map((entry) => ({ ...entry })));
    expect(() => watch.see(told(1, 'refund'))).toThrow("the ledger's own, not copies");
  });

  test('a watch begins with an empty ledger', () => {
    const oracle = oracleOf({ name: 'own', text: 'too many', harm: second });
    for (let run = 0; run < 2; run += 1) expect(oracle.watch().see(told(1, 'refund'))).toBeUndefined();
  });
});
