import { describe, expect, test } from 'vitest';
import type { AgentId } from '../../src/engine/ids.ts';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/index.ts';

/** A policy of one agent that makes refunds. */
function policyWith({ stage = 'production', promotion = '', identity = '' }: Record<string, string>): LoadedPolicy {
  const text = `
version: 1
upstreams: { api: { url: "https://api.example", credential: { env: KEY, as: bearer } } }
routes:
  get_charge: { match: "GET /charges/{id}", upstream: api, effect: read }
  create_refund: { match: POST /refunds, upstream: api, effect: money, amount: { minor: body.amount, currency: USD } }
agents: { bot: { stage: ${stage}, ${identity} allow: [get_charge, create_refund] } }
${promotion === '' ? '' : `promotion: ${promotion}`}
`;
  const loaded = loadPolicy(text, 'p.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 1));
  return loaded.value;
}

const baseOf = (parts: Record<string, string>) => policyWith(parts).policy.agents.get('bot' as AgentId)?.base;

describe('an agent starts at the highest stage that asks for nothing', () => {
  test.each([
    ['production', '', undefined],
    ['production', 'none', undefined],
    ['production', '{}', 'shadow'],
    ['limited', '{}', 'shadow'],
    ['limited', '{ production: {} }', 'shadow'],
    ['shadow', '{}', undefined],
    ['sandbox', '{}', undefined],
    ['production', '{ shadow: {} }', 'staging'],
    ['shadow', '{ shadow: {} }', 'staging'],
    ['production', '{ staging: {}, shadow: {} }', 'sandbox'],
    ['staging', '{ staging: {}, shadow: {} }', 'sandbox'],
    ['staging', '{ shadow: {} }', undefined],
  ])('%s under `promotion: %s` starts at %s', (stage, promotion, base) => {
    expect(baseOf({ stage, promotion })).toBe(base);
  });
});
