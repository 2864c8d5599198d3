import { expect, test } from 'vitest';
import { standingLines } from '../../src/cli/standing-lines.ts';
import type { Stage } from '../../src/engine/call.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { AgentId } from '../../src/engine/ids.ts';
import { loadPolicy } from '../../src/policy/index.ts';

const POLICY = `
version: 1
upstreams: { api: { url: "http://127.0.0.1:9", network: loopback, credential: { env: KEY, as: bearer } } }
routes:
  pay: { match: POST /v1/pay, upstream: api, effect: write, subject: "to:{body.to}", answer: { body: { ok: true } } }
agents:
  bot: { stage: production, allow: [pay], segment: [{ route: pay, by: subject, share: [10%, 100%] }] }
promotion: { keys: [], limited: {}, production: {} }
`;

test.each<[Stage | null, number | null, string]>([
  [null, null, '--to limited'],
  ['limited', 1, '--to limited'],
  ['limited', 2, '--to production'],
])('an agent that stands in %s, step %s, is told to ask next by %s', (stage, step, next) => {
  const loaded = loadPolicy(POLICY, 'interlock.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const engine = new Engine(loaded.value.policy);
  const { digest } = loaded.value.policy;
  const claims = stage === null ? [] : [{ stage, step, until: null, ground: 'promotion', id: 'promotion_1' } as const];
  engine.apply({ kind: 'stood', agent: 'bot' as AgentId, at: 1, policy: digest, claims });
  const [line] = standingLines({ engine, clock: { now: () => 2 }, lapsed: [] }, loaded.value, 'data', () => []);
  expect(line).toMatch(new RegExp(`${next}$`));
});
