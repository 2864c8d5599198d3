import type { Entry } from '../../../src/journal/entry.ts';
import { prng } from '../../../src/std/prng.ts';
import { assessed, call, ended } from '../records.ts';

/** A night of everything that a record of a call can be. */
export function night(seed: number): Entry[] {
  const random = prng(seed);
  const below = (bound: number): number => random.below(bound);
  const pick = <Value>(...values: readonly Value[]): Value => values[below(values.length)] as Value;
  const entries: Entry[] = [];
  for (let index = 0; index < 120; index += 1) {
    const id = `c${index}`;
    entries.push(
      call({
        call: id,
        at: 1_000 + index,
        agent: pick('bot', 'other', '__proto__'),
        session: pick('s1', 's2', 'it’s "3"'),
        task: pick('t1', 't\n2'),
        ...pick(
          { route: 'refund', effect: 'money' as const },
          { route: 'get', effect: 'read' as const },
          { route: 'cancel', effect: 'destructive' as const },
        ),
        subject: pick(null, 'charge:1', 'order:🌙'),
        amount: pick(null, '5 USD', '999999999999999 USD', '7 JPY'),
        body: pick(null, { a: 1 }, { note: '\u0000 "' }),
        verdict: pick('allow', 'deny', 'hold', 'capture'),
        ...pick({}, { payee: 'acct_1' }),
        ...pick({}, { rests: { how: 'value' as const, on: ['c0' as never] } }),
        ...pick({}, {}, {}, { before: 'c0' }),
      }),
    );
    const at = 1_000 + index;
    if (below(2) === 0)
      entries.push(
        ended(id, pick('effective', 'ineffective', 'unknown'), {
          at,
          ...pick({}, { origin: 'synthetic' as const }, { origin: 'recorded' as const }),
        }),
      );
    if (below(30) === 0) entries.push({ kind: 'recovery', at, epoch: 2, unknown: [id as never] });
    if (below(9) === 0) entries.push(assessed(id, 'ann', pick('sane', 'wrong'), at, 'bot'));
  }
  return entries;
}
