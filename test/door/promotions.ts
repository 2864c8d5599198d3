import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { redecide, type CheckpointSigner } from '../../src/journal/index.ts';
import { identityOf, loadRecorded, type LoadedPolicy } from '../../src/policy/index.ts';
import { newPromotionId, signPromotion, type Promotion } from '../../src/promotion/index.ts';
import { AGENT, type Rig } from './open-door.ts';

const HOUR_MS = 3_600_000;

/** The policy of the door, as its journal has it. */
async function loadedAt(door: Rig): Promise<LoadedPolicy> {
  const record = (await door.records()).findLast(({ kind }) => kind === 'policy');
  const read = record?.kind === 'policy' ? loadRecorded(record) : undefined;
  if (read?.ok !== true) throw new Error('the recorded policy does not load');
  return read.value;
}

/** A promotion from shadow to limited, good for an hour, as the gate would sign it for this door now. */
export async function promotionAt(
  door: Rig,
  signer: CheckpointSigner,
  changed: Partial<Promotion> = {},
): Promise<string> {
  const policy = await loadedAt(door);
  const head = (await door.records()).at(-1)!;
  const now = door.door.clock.now();
  const agent = changed.agent ?? (AGENT as never);
  const signed = signPromotion(
    {
      agent,
      identity: { digest: identityOf(policy, agent).digest },
      policy: { digest: policy.digest, rules: policy.rulesDigest, file: policy.file },
      environment: policy.environment,
      from: 'shadow',
      stage: 'limited',
      step: null,
      segment: [],
      journal: { seq: head.seq, hash: head.hash, at: head.at, log: null },
      evidence: [],
      criteria: [],
      engine: { version: '0.1.0', decisions: 'none' },
      issuedAt: now,
      expiresAt: now + HOUR_MS,
      id: newPromotionId(randomBytes),
      approvals: [{ by: 'ana', reason: 'it has shown enough' }],
      baseline: { sessions: [], sent: 0, failed: 0 },
      ...changed,
    },
    signer,
  );
  if (!signed.ok) throw new Error(signed.failure);
  return signed.value;
}

/** The journal decides again as it was decided (I8), standings and all. */
export async function expectDecidedAgain(door: Rig): Promise<void> {
  const again = redecide(await door.records(), (record) => {
    const loaded = loadRecorded(record);
    if (!loaded.ok) throw new Error('the recorded policy does not load');
    return loaded.value.policy;
  });
  expect(again.differences).toEqual([]);
}
