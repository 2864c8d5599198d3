import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newSigningKey, readSigningKey, redecide, type CheckpointSigner } from '../../../src/journal/index.ts';
import { identityOf } from '../../../src/policy/index.ts';
import { newPromotionId, signPromotion } from '../../../src/promotion/index.ts';
import { answer, rawUpstream, type RawUpstream } from '../raw-upstream.ts';
import { reloadable, type Reloadable } from './reloadable.ts';
import { compileRecorded, shop } from './shop-policy.ts';

const HOUR_MS = 3_600_000;

let upstream: RawUpstream;
let signer: CheckpointSigner;
let door: Reloadable;

beforeEach(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(answer(200, { 'Content-Type': 'application/json' }, '{}')));
  const read = readSigningKey(newSigningKey('gate.example/refunds'));
  if (!read.ok) throw new Error(read.failure);
  signer = read.value;
});
afterEach(async () => {
  await door.close();
  await upstream.close();
});

/** With a budget of so much a day, for an agent that has to be promoted. */
function asking(max: number): string {
  const promotion = `promotion: { keys: ["${signer.verifierKey}"], people: 0, expires: 30d, limited: {}, production: {} }`;
  const page = 'notify: [{ webhook: { url: "https://ops.example/a", secret: { env: HOOK } }, on: [stage] }]';
  const rules = [`budgets: [{ max: ${max} USD, per: 24h }]`, 'segment: [{ route: refund, by: subject, share: 100% }]'];
  return shop({ url: upstream.origin, rules, sections: `${promotion}\n${page}` });
}

/** Has the gate promote the agent under the policy in force. */
async function promote(): Promise<string> {
  const { log, clock, journal, operations, inForce } = door.door;
  await journal.durable();
  const policy = inForce();
  const { seq, hash, at } = log.head;
  const now = clock.now();
  const signed = signPromotion(
    {
      agent: 'bot' as never,
      identity: { digest: identityOf(policy, 'bot' as never).digest },
      policy: { digest: policy.digest, rules: policy.rulesDigest, file: policy.file },
      environment: policy.environment,
      from: 'shadow',
      stage: 'production',
      step: null,
      segment: [],
      journal: { seq, hash, at, log: null },
      evidence: [],
      criteria: [],
      engine: { version: '0.1.0', decisions: 'none' },
      issuedAt: now,
      expiresAt: now + HOUR_MS,
      id: newPromotionId(randomBytes),
      approvals: [],
      baseline: { sessions: [], sent: 0, failed: 0 },
    },
    signer,
  );
  if (!signed.ok) throw new Error(signed.failure);
  const admitted = await operations.admitPromotion(signed.value, 'ann');
  if (!admitted.ok) throw new Error(admitted.failure.message);
  return admitted.value.promotion;
}

const stage = (): string => door.door.engine.standings.of('bot' as never, door.door.clock.now()).stage;

test('an agent that stands on a promotion falls with the policy that it was for: it is said before, on record, and paged', async () => {
  door = await reloadable(upstream.origin, asking(500));
  const promotion = await promote();
  expect(stage()).toBe('production');
  // More than before, and no wider: it is in shadow until a gate has looked at it.
  door.write(asking(900));
  const would = {
    loaded: true,
    agents: [
      {
        did: 'wider',
        changes: expect.arrayContaining(['stands at: production → shadow', 'money a day: 500.00 USD → 900.00 USD']),
        stage: { before: 'production', after: 'shadow' },
      },
    ],
  };
  expect(await door.reload(true)).toMatchObject(would);
  expect(stage()).toBe('production');
  const pages = [...door.door.outbox.pending()].length;
  expect(await door.reload()).toMatchObject(would);
  expect(stage()).toBe('shadow');
  const digest = door.door.inForce().digest;
  const [policy, fall] = (await door.records()).slice(-2);
  expect(policy).toMatchObject({ kind: 'policy', digest });
  expect(fall).toMatchObject({
    kind: 'standing',
    policy: digest,
    claims: [],
    was: 'production',
    stands: 'shadow',
    cause: { what: 'lapsed', promotion, code: 'other_policy' },
  });
  expect([...door.door.outbox.pending()]).toHaveLength(pages + 1);
  // Back again: what was for that policy was taken back by the last word.
  door.write(asking(500));
  expect(await door.reload()).toMatchObject({ loaded: true });
  expect(stage()).toBe('shadow');
  await promote();
  expect(stage()).toBe('production');
  expect(redecide(await door.records(), compileRecorded).differences).toEqual([]);
});

test('an agent that was promoted under exactly the policy that is loaded stands where that says, and a broken glass does not', async () => {
  door = await reloadable(upstream.origin, asking(500));
  await promote();
  const { dir } = door;
  await door.close();
  door = await reloadable(upstream.origin, asking(400), { dir });
  expect(stage()).toBe('shadow');
  door.write(asking(500));
  expect(await door.reload()).toMatchObject({
    loaded: true,
    agents: [{ stage: { before: 'shadow', after: 'production' } }],
  });
  expect(stage()).toBe('production');

  const emergency = { agent: 'bot', stage: 'production', lastsMs: HOUR_MS, by: 'ann', reason: 'payday' };
  door.write(asking(300));
  expect(await door.reload()).toMatchObject({ loaded: true });
  expect(await door.door.operations.breakGlass(emergency)).toMatchObject({ ok: true });
  await door.close();
  door = await reloadable(upstream.origin, asking(200), { dir });
  door.write(asking(300));
  expect(await door.reload()).toMatchObject({ loaded: true, agents: [{ stage: { after: 'shadow' } }] });
  expect(stage()).toBe('shadow');
  expect(redecide(await door.records(), compileRecorded).differences).toEqual([]);
});

test('who may sign promotions, and whether anybody is asked, is nothing that a running door lets itself be told', async () => {
  door = await reloadable(upstream.origin, asking(500));
  const other = readSigningKey(newSigningKey('gate.example/refunds'));
  if (!other.ok) throw new Error(other.failure);
  door.write(asking(500).replace(signer.verifierKey, other.value.verifierKey));
  expect(await door.reload()).toMatchObject({ loaded: false, refused: [expect.stringContaining('`promotion.keys`')] });
  door.write(asking(500).replace(/promotion: .*/, 'promotion: none'));
  const unasked = await door.reload();
  expect(unasked).toMatchObject({ loaded: false, agents: [{ stage: { before: 'shadow', after: 'production' } }] });
  expect(unasked.refused.join()).toContain('bot (production) could do more');
});
