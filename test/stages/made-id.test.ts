import { expect, test } from 'vitest';
import { looksMade, madeId } from '../../src/stages/synthesis/made-id.ts';

test('a made-up id is known for one inside a subject, and a real one is not', () => {
  const text = madeId({ kind: 'text', prefix: 'ch_', alphabet: 'letters', length: 24 } as never, 'seed');
  const uuid = madeId({ kind: 'uuid' } as never, 'seed');
  expect([`charge:${text}`, `charge:${uuid}`].map(looksMade)).toEqual([true, true]);
  expect(['charge:ch_3Nf', 'shop:shadow', 'order:shadow-12', 'charge:99000123'].map(looksMade)).toEqual(
    ['a', 'b', 'c', 'd'].map(() => false),
  );
});
