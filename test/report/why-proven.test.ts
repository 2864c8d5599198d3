import { expect, test } from 'vitest';
import { stopMoments } from '../../src/report/why/timeline.ts';
import type { Stop } from '../../src/warehouse/why/told.ts';

test('a story says how whoever stopped an agent and let it work again had shown who they are, and nothing where they had not', () => {
  const stop: Stop = {
    agent: 'refunds-bot',
    at: 10,
    trip: 'kill',
    by: 'human:ann',
    reason: 'it runs away',
    cause: null,
    call: null,
    severed: [],
    pages: [],
    proof: 'token',
    assents: [{ at: 20, by: 'ann', reason: 'mended', proof: 'oidc' }],
    resumed: { at: 30, by: 'human:ben', reason: 'looked' },
  };
  expect(stopMoments(stop).map(({ who, more }) => [who, more])).toEqual([
    ['ann', '"it runs away"; who it was is proven by a token'],
    ['ann', '"mended"; who it was is proven by the identity provider'],
    ['ben', '"looked"'],
  ]);
});
