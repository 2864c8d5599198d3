import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { AgentId } from '../../src/engine/ids.ts';
import { loadPolicy } from '../../src/policy/index.ts';

const FILE = path.resolve(import.meta.dirname, '../fixtures/policies/valid/statistics.yaml');
const loaded = loadPolicy(readFileSync(FILE, 'utf8'), FILE);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
const { policy, warnings } = loaded.value;
const { rules } = policy.agents.get('support-bot' as AgentId)!;
const pair = new Set(['refund_order', 'cancel_order']);

test('every upstream with a breaker has one rule over its routes', () => {
  expect(policy.shared.breakers).toEqual([
    {
      rule: 'upstreams.shop.breaker',
      routes: new Set(['get_order', 'refund_order', 'cancel_order']),
      errors: 500_000,
      slow: { overMs: 5_000, share: 800_000 },
      withinMs: 60_000,
      minimum: 20,
      openMs: 30_000,
      probes: 3,
    },
    {
      rule: 'upstreams.mail.breaker',
      routes: new Set(['send_mail']),
      errors: 500_000,
      slow: undefined,
      withinMs: 60_000,
      minimum: 20,
      openMs: 30_000,
      probes: 3,
    },
  ]);
});

test('triggers of all kinds keep the place they were written at', () => {
  const names = [rules.denials, rules.runaway, rules.errorRate, rules.latency].map((some) =>
    some.map(({ rule }) => rule),
  );
  expect(names).toEqual([
    ['support-bot.triggers[0]'],
    ['support-bot.triggers[1]'],
    ['support-bot.triggers[2]', 'support-bot.triggers[4]', 'support-bot.triggers[5]'],
    ['support-bot.triggers[3]', 'support-bot.triggers[6]'],
  ]);
  expect(rules.denials[0]).toMatchObject({ count: 20, withinMs: 60_000, onTrip: 'freeze', routes: 'all' });
  expect(rules.latency[0]).toMatchObject({
    overMs: 5_000,
    minimum: 20,
    onTrip: 'kill',
    routes: new Set(['get_order']),
  });
});

test('a share is of what was read, and holds where nothing else is said', () => {
  expect(rules.volume[0]).toEqual({
    rule: 'support-bot.volume[0]',
    routes: new Set(['refund_order']),
    limit: { kind: 'share', share: 50_000, of: new Set(['get_order']), free: 3 },
    per: { kind: 'day', timeZone: 'Europe/Berlin' },
    onTrip: 'hold',
    expiresMs: 1_800_000,
  });
});

test('a volume against the baseline goes by hours within a day, by days beyond, and adds routes up', () => {
  const [, hours, half, days] = rules.volume;
  expect(hours).toMatchObject({
    routes: pair,
    onTrip: 'freeze',
    limit: { max: 36, words: '3x the baseline of 12 per 1h' },
  });
  // Nine an hour would be 108 in twelve hours, but a usual day has sixty.
  expect(half).toMatchObject({ onTrip: 'deny', limit: { max: 90, words: '1.5x the baseline of 60 per 12h' } });
  expect(days).toMatchObject({ expiresMs: 3_600_000, limit: { max: 240, words: '2x the baseline of 120 per 2d' } });
});

test('error rates are pooled, and one that was never seen in N calls is one in N', () => {
  const [stated, pooled, unseen] = rules.errorRate;
  expect(stated).toMatchObject({ share: 200_000 });
  expect(pooled).toMatchObject({ share: 60_000, baseline: '3x the baseline of 2%', minimum: 200 });
  expect(unseen).toMatchObject({ share: 15_000, baseline: '3x the baseline of 0.5%' });
});

test('of several latencies the slowest counts', () => {
  expect(rules.latency[1]).toMatchObject({ overMs: 3_000, baseline: '2.5x the baseline of 1200ms' });
});

test('an error rate that a single failure reaches is worth a second look', () => {
  expect(warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'agents.support-bot.triggers[5].errorRate: one failure in 50 calls reaches 1.5% and stops the agent',
  ]);
});
