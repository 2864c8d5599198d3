import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { unpossessed } from '../../../src/door/judge/possession.ts';
import type { Grant } from '../../../src/journal/index.ts';

const grant = (certificate?: string): Grant =>
  ({ id: 'grant_1', agent: 'bot', ...(certificate !== undefined && { certificate }) }) as Grant;

test('a bound grant is refused where no certificate was shown, by plain HTTP too', () => {
  expect(unpossessed(grant('A'.repeat(43)), new Socket())).toMatchObject({ status: 401, reason: 'grant_certificate' });
});

test('a grant that is bound to none needs none', () => expect(unpossessed(grant(), new Socket())).toBeUndefined());
