import { describe, expect, test } from 'vitest';
import payments from '../../../mocks/payments.ts';
import shop from '../../../mocks/shop.ts';
import { refuseUnknownKinds } from '../../../src/cli/probe/kinds.ts';
import { newField } from '../../../src/lab/probe/field.ts';
import type { WorldDefinition } from '../../../src/lab/world/world.ts';
import { loadPolicy } from '../../../src/policy/index.ts';

const at = (id: string): string => `  ${id}: { url: "https://${id}.example", credential: { env: KEY, as: bearer } }`;

function asked(never: string, ...worlds: readonly WorldDefinition[]): () => void {
  const text = `version: 1
upstreams:
${worlds.map((_, index) => at(`api${index}`)).join('\n')}
routes:
${worlds.map((_, index) => `  get${index}: { match: GET /things, upstream: api${index}, effect: read }`).join('\n')}
agents: { bot: { stage: production, allow: [${worlds.map((_, index) => `get${index}`).join(', ')}] } }
never: [${never}]
`;
  const loaded = loadPolicy(text, 'interlock.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const behind = new Map(worlds.map((world, index) => [`api${index}`, world]));
  return () => refuseUnknownKinds(newField(loaded.value, behind, { seed: 1, startsAt: 0, size: 2 }));
}

describe('a never rule that counts what no ledger has', () => {
  test('is refused, with the kind that was meant and all that there are', () => {
    expect(asked('{ effect: { ledger: refnd }, morePer: subject, than: 1 }', payments)).toThrow(
      /^Failed to probe `interlock\.yaml`: `never\[0\]` counts `\{ ledger: refnd \}`.* Did you mean `refund`\? There are: charge, .*transfer\.$/,
    );
    expect(asked('{ money: { ledger: payouts } }', payments, shop)).toThrow(/Did you mean `payout`/);
  });

  test('is taken where any business has it, or where one does not say what it has', () => {
    expect(asked('{ effect: { ledger: order_refunded }, over: 1, per: 1h }', payments, shop)).not.toThrow();
    const { ledger: _kinds, ...silent } = payments;
    expect(asked('{ effect: { ledger: refnd }, over: 1, per: 1h }', silent, shop)).not.toThrow();
    expect(asked('{ read: get0, over: 1, per: 1h }', payments)).not.toThrow();
  });

  test('of businesses that write nothing down is refused too', () => {
    expect(asked('{ money: { ledger: payout } }', { ...payments, ledger: [] })).toThrow(/There are none at all/);
  });
});
