import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openJournal } from '../../src/journal/index.ts';
import { loadPolicy, readPolicy } from '../../src/policy/index.ts';
import { call } from '../engine/policies.ts';
import { directory } from '../journal/directory.ts';
import { callId, entryOf } from '../journal/entries.ts';
import { interlock } from './served.ts';

const HOUR_MS = 3_600_000;
const policyText = (rules: string): string => `
version: 1
upstreams: { shop: { url: "https://shop.example", credential: { env: KEY, as: bearer } } }
routes: { refund: { match: POST /refunds, upstream: shop, effect: write } }
agents:
  bot: { stage: production, allow: [refund]${rules} }
`;
const RULES = `,
    volume: [{ max: 3x baseline, per: 1h }],
    triggers: [{ errorRate: 2x baseline, within: 5m, minimum: 100 }, { latency: 3x baseline, within: 5m }]`;

/** A data directory in which `bot` refunded four times an hour, thirty hours long, and failed once in ten. */
async function lived(): Promise<{ readonly dir: string; readonly data: string }> {
  const dir = directory();
  const data = path.join(dir, 'data');
  const loaded = loadPolicy(policyText(''), 'interlock.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const { policy, file, text } = loaded.value;
  const opened = await openJournal({
    dir: data,
    policy: { policy, file, text },
    now: () => 0,
    onFailure: () => undefined,
  });
  const start = Date.parse('2026-11-01T00:00:00Z');
  for (let index = 0; index < 120; index += 1) {
    // Ten active hours a day, on three days.
    const hour = Math.floor(index / 4);
    const at = start + Math.floor(hour / 10) * 24 * HOUR_MS + (hour % 10) * HOUR_MS + (index % 4) * 60_000;
    const id = `c${index}`;
    opened.journal.append(entryOf({ kind: 'decided', call: call(id, { at }), verdict: 'allow', trips: [] }));
    const effectiveness = index % 10 === 0 ? 'unknown' : 'effective';
    const ended = entryOf({ kind: 'ended', call: callId(id), at: at + 40, effectiveness });
    opened.journal.append(ended.kind === 'outcome' ? { ...ended, facts: { latencyMs: 40 } } : ended);
  }
  await opened.close();
  return { dir, data };
}

it('what `interlock baseline` writes, included, is what `3x baseline` multiplies, and is part of the digest', async () => {
  const { dir, data } = await lived();
  const policy = path.join(dir, 'interlock.yaml');
  const out = path.join(dir, 'baselines.yaml');
  writeFileSync(policy, `include: [./baselines.yaml]${policyText(RULES)}`);
  const { code, stderr } = await interlock('baseline', '--data', data, '--agent', 'bot', '--out', out);
  expect(stderr).toContain('bot: 120 calls of refund, 2026-11-01T00:00:00.000Z to 2026-11-03T09:03:00.000Z.');
  expect(code).toBe(0);

  const loaded = await readPolicy(policy);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const { rules } = [...loaded.value.policy.agents.values()][0]!;
  const learnedLatencyMs = Number(/latency: (\d+)ms/.exec(readFileSync(out, 'utf8'))?.[1]);
  expect(rules.volume[0]?.limit).toEqual({ kind: 'baseline', max: 12, words: '3x the baseline of 4 per 1h' });
  expect(rules.errorRate[0]).toMatchObject({ share: 200_000, baseline: '2x the baseline of 10%' });
  expect(learnedLatencyMs).toBeGreaterThanOrEqual(40);
  expect(learnedLatencyMs).toBeLessThanOrEqual(41);
  expect(rules.latency[0]?.overMs).toBe(3 * learnedLatencyMs);

  writeFileSync(out, readFileSync(out, 'utf8').replace('perHour: 4', 'perHour: 5'));
  const other = await readPolicy(policy);
  expect(other.ok && other.value.digest).not.toBe(loaded.value.digest);
});

it('an agent that did nothing has no baseline', async () => {
  const { data } = await lived();
  const { code, stderr } = await interlock('baseline', '--data', data, '--agent', 'nobody');
  expect(stderr).toContain('Failed to learn a baseline of `nobody`');
  expect(code).toBe(1);
});
