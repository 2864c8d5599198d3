import { expect, test } from 'vitest';
import type { CallEntry, Entry } from '../../../src/journal/index.ts';
import { deedOf } from '../../../src/gate/deed.ts';
import { dataWith, evidenceOf, policyOf, refund, WITH_IDENTITY } from './journals.ts';

const AT = Date.UTC(2026, 2, 2, 10);
const found = (guard: string, verdict: string): object => ({
  guard,
  rule: `bot.${guard}`,
  verdict,
  reason: 'a reason',
});

/** Every way in which a call can be stopped or not, and several at once. */
const WAYS: readonly Pick<CallEntry, 'verdict' | 'findings'>[] = [
  { verdict: 'allow', findings: ['scope bot.allow[0]'] },
  { verdict: 'capture', findings: [found('stage', 'capture')] },
  { verdict: 'deny', findings: [found('segment', 'deny')] },
  { verdict: 'deny', findings: ['scope bot.allow[0]', found('stage', 'deny'), found('segment', 'deny')] },
  { verdict: 'deny', findings: [found('stage', 'deny'), found('rate', 'deny')] },
  { verdict: 'deny', findings: [found('segment', 'deny'), found('approval', 'hold')] },
  { verdict: 'deny', findings: [found('freeze', 'deny'), found('segment', 'deny')] },
  { verdict: 'hold', findings: [found('approval', 'hold')] },
] as never;

test('the evidence counts what was done by the same words as whoever watches the agent afterwards', async () => {
  const policy = policyOf(WITH_IDENTITY);
  const entries = WAYS.flatMap((way, index): Entry[] =>
    refund(`c${index}`, AT + index * 1_000, { ...way, session: 's' }),
  );
  const dir = await dataWith(policy, entries);
  const { mix } = await evidenceOf(policy, dir);
  const deeds = entries.flatMap((entry) => (entry.kind === 'call' ? (deedOf(entry) ?? []) : []));
  const counted = Object.fromEntries([...Map.groupBy(deeds, (deed) => deed)].map(([deed, its]) => [deed, its.length]));
  expect(counted).toEqual({ 'create_refund passed': 5, 'create_refund deny': 1, 'create_refund hold': 1 });
  expect([...mix.first, ...mix.second]).toEqual([counted]);
});
