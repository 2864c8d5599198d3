import { describe, expect, test } from 'vitest';
import { match, type Matched } from '../../../src/evidence/divergence/match.ts';
import { acted } from './acts.ts';

const matched = (agent: readonly string[], people: readonly string[], withinMs: number | null = null): Matched =>
  match(
    agent.map((text, index) => acted('c', text, `a${index}`, 'capture')),
    people.map((text, index) => acted('c', text, `p${index}`)),
    withinMs,
  );

/** `a0=p0` the same, `a0~p1 amount` a pair that differs, `a0/p0` instead, `{a0 a1|p0}` a tangle, `a1` and `p1` alone. */
function told({ pairs, tangles, instead, onlyAgent, onlyPeople }: Matched): string[] {
  return [
    ...pairs.map(({ agent, people, differs }) =>
      differs.length === 0 ? `${agent.place}=${people.place}` : `${agent.place}~${people.place} ${differs.join('+')}`,
    ),
    ...instead.map(({ agent, people }) => `${agent.place}/${people.place}`),
    ...tangles.map(
      ({ agent, people }) => `{${[agent, people].map((acts) => acts.map(({ place }) => place).join(' ')).join('|')}}`,
    ),
    ...onlyAgent.map(({ place }) => place),
    ...onlyPeople.map(({ place }) => place),
  ].toSorted((one, other) => one.localeCompare(other));
}

describe('what is what, of one case', () => {
  test.each([
    ['nothing and nothing', [], [], []],
    ['the same', ['refund ch_1 50 USD'], ['refund ch_1 50 USD'], ['a0=p0']],
    ['another amount', ['refund ch_1 50 USD'], ['refund ch_1 40 USD'], ['a0~p0 amount']],
    ['another currency', ['refund ch_1 50 USD'], ['refund ch_1 50 EUR'], ['a0~p0 amount']],
    ['another target', ['refund ch_1 50 USD'], ['refund ch_2 50 USD'], ['a0~p0 subject']],
    ['another target and amount', ['refund ch_1 50 USD'], ['refund ch_2 40 USD'], ['a0~p0 amount+subject']],
    ['only the agent', ['refund ch_1 50 USD'], [], ['a0']],
    ['only people', [], ['refund ch_1 50 USD'], ['p0']],
    ['twice by the agent', ['refund ch_1 50 USD', 'refund ch_1 50 USD'], ['refund ch_1 50 USD'], ['a0=p0', 'a1']],
    ['twice by both', ['note o_1', 'note o_1'], ['note o_1', 'note o_1'], ['a0=p0', 'a1=p1']],
    ['an action in the place of another', ['cancel o_1'], ['note o_1'], ['a0/p0']],
    ['an action in the place of another, elsewhere', ['cancel o_1'], ['note o_2'], ['a0/p0']],
    ['two on one subject, of which one is the same', ['cancel o_1', 'note o_1'], ['note o_1'], ['a1=p0', 'a0']],
    ['in the place of which?', ['cancel o_1', 'refund o_1 5 USD'], ['note o_1'], ['a0', 'a1', 'p0']],
    ['by subject first', ['cancel o_1', 'cancel o_2'], ['note o_2', 'refund o_1 5 USD'], ['a0/p1', 'a1/p0']],
    ['not stated is not compared', ['refund ch_1 50 USD'], ['refund'], ['a0=p0']],
    ['of two, one is fully the same', ['note o_1', 'note o_2'], ['note', 'note o_2'], ['a0=p0', 'a1=p1']],
    ['of two, nobody knows which', ['note o_1', 'note o_2'], ['note'], ['{a0 a1|p0}']],
    [
      'two amounts and two others',
      ['refund ch_1 10 USD', 'refund ch_1 20 USD'],
      ['refund ch_1 15 USD', 'refund ch_1 25 USD'],
      ['{a0 a1|p0 p1}'],
    ],
    [
      'the equal pair is not torn apart for an unequal one',
      ['refund ch_1 10 USD', 'refund ch_1 20 USD'],
      ['refund ch_1 20 USD', 'refund ch_1 30 USD'],
      ['a0~p1 amount', 'a1=p0'],
    ],
    [
      'the same subject before any other',
      ['refund ch_1 10 USD', 'refund ch_2 10 USD'],
      ['refund ch_2 99 USD', 'refund ch_3 10 USD'],
      ['a0~p1 subject', 'a1~p0 amount'],
    ],
  ])('%s', (_name, agent, people, expected) => {
    expect(told(matched(agent, people))).toEqual(expected.toSorted((one, other) => one.localeCompare(other)));
  });
});

describe('within 10 seconds', () => {
  test.each([
    ['near', ['note o_1 @0'], ['note o_1 @10'], ['a0=p0']],
    ['far', ['note o_1 @0'], ['note o_1 @11'], ['a0', 'p0']],
    ['far is no other action in its place', ['note o_1 @0'], ['cancel o_1 @11'], ['a0', 'p0']],
    ['without a time is near to all', ['note o_1 @0'], ['note o_1'], ['a0=p0']],
    // The first could be either’s; paired with p0 it would leave the second alone.
    [
      'as many pairs as the times allow',
      ['note o_1 @0', 'note o_1 @15'],
      ['note o_1 @-8', 'note o_1 @8'],
      ['a0=p0', 'a1=p1'],
    ],
    [
      'who comes too early waits for nobody',
      ['note o_1 @0', 'note o_1 @30'],
      ['note o_1 @25', 'note o_1 @38'],
      ['a0', 'a1=p0', 'p1'],
    ],
    ['a chain of near ones', ['note o_1 @0', 'note o_1 @20'], ['note o_1 @10', 'note o_1 @30'], ['a0=p0', 'a1=p1']],
  ])('%s', (_name, agent, people, expected) => {
    expect(told(matched(agent, people, 10_000))).toEqual(expected);
  });
});
