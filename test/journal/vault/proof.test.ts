import { expect, test } from 'vitest';
import type { CallEntry, CheckpointEntry } from '../../../src/journal/entry.ts';
import { revealed, verifyJournal } from '../../../src/journal/index.ts';
import { proveCall, proveConsistency } from '../../../src/journal/proof/prove.ts';
import { verifyProof } from '../../../src/journal/proof/verify-proof.ts';
import { call } from '../../engine/policies.ts';
import { tracesOf } from '../../cli/traces.ts';
import { directory, opened, POLICY } from '../directory.ts';
import { entryOf } from '../entries.ts';
import { newKeys } from '../signer.ts';

const { signer, key } = newKeys();
const EMAIL = 'anna.muster@example.com';
/** What a policy that seals something says of itself. */
const PRIVACY = { routes: new Map([['any' as never, {} as never]]), upstreams: new Set<never>(), values: false };

test('a proof of a call is the same before and after its person was erased, and holds; so does the growth between', async () => {
  const dir = directory();
  const { journal, vault, close } = await opened(dir, { signer, policy: { ...POLICY, privacy: PRIVACY } });
  if (vault === null) throw new Error('a policy that seals has a vault');
  const decided = {
    kind: 'decided',
    call: call('call_1', { agent: 'bot', at: 2_000 }),
    verdict: 'allow',
    trips: [],
  } as const;
  journal.append({ ...(entryOf(decided) as CallEntry), body: `{"email":"${vault.seal('customer:1', EMAIL)}"}` });
  await journal.durable();
  const before = journal.checkpoint(2_000) as CheckpointEntry;
  await Promise.all([journal.durable(), vault.written()]);
  const proof = JSON.stringify(proveCall(dir, 'call_1', before));
  expect(JSON.stringify(revealed(dir, { proof }))).toContain(EMAIL);

  const { person, keys, values } = await vault.erase('customer:1');
  journal.append({ kind: 'erase', at: 3_000, person, keys, values, by: 'dora', reason: 'asked for' });
  await journal.durable();
  const after = journal.checkpoint(3_000) as CheckpointEntry;
  await close();

  const again = proveCall(dir, 'call_1', before);
  expect(JSON.stringify(again)).toBe(proof);
  if (!again.ok) throw new Error(again.failure);
  expect(verifyProof(JSON.stringify(again.value), key)).toMatchObject({ ok: true, kind: 'inclusion', call: 'call_1' });
  expect(verifyProof(JSON.stringify(proveConsistency(dir, before, after)), key)).toMatchObject({ ok: true });
  expect(await verifyJournal(dir)).toMatchObject({ ok: true });
  expect(tracesOf(proof, [EMAIL])).toEqual([]);
  expect(revealed(dir, { proof }).proof).toContain('[erased]');
});
