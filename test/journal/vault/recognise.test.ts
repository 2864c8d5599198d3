import path from 'node:path';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { openDoor, type OpenDoor } from '../../../src/door/open.ts';
import { pseudonymKey, readJournal, recogniser, redecide, type PolicyEntry } from '../../../src/journal/index.ts';
import { loadPolicy, loadRecorded, type LoadedPolicy } from '../../../src/policy/index.ts';

const policyWith = (pii: string): LoadedPolicy => {
  const loaded = loadPolicy(
    `
version: 1
upstreams:
  crm: { url: "https://api.crm.example", credential: { env: CRM_KEY, as: bearer } }
routes:
  forget: { match: "DELETE /v1/mailboxes/{email}", upstream: crm, effect: destructive, subject: "mailbox:{email}/all"${pii} }
agents:
  clerk: { stage: production, allow: [forget], once: [{ route: forget, per: subject }] }
`,
    'p.yaml',
  );
  if (loaded.ok) return loaded.value;
  throw new Error(JSON.stringify(loaded.failure));
};

let door: OpenDoor | undefined;
afterEach(() => door?.close(0));

async function start(dir: string, policy: LoadedPolicy): Promise<(email: string) => Promise<number>> {
  await door?.close(0);
  const send = (_: unknown, answer: { head(status: number, headers: readonly string[]): void; ended(): void }) => {
    queueMicrotask(() => {
      answer.head(200, []);
      answer.ended();
    });
    return { abort: () => undefined, resume: () => undefined };
  };
  const transport = { send, close: () => Promise.resolve() };
  const link = { transport, headers: [], basePath: '', secrets: [] };
  const opened = await openDoor({ policy, dir, port: 0, link: () => link, onFailure: () => undefined });
  door = opened;
  const request = { agent: 'clerk', task: 'test', expiresMs: 60_000, routes: null, parent: null, by: 'test' };
  const made = await opened.operations.createGrant(request);
  if (!made.ok) throw new Error(made.failure.message);
  return async (email) => {
    const headers = { authorization: `Bearer ${made.value.token}` };
    const response = await fetch(`${opened.url}/crm/v1/mailboxes/${email}`, { method: 'DELETE', headers });
    await response.text();
    return response.status;
  };
}

function policyOf(recorded: PolicyEntry): LoadedPolicy {
  const loaded = loadRecorded(recorded);
  if (loaded.ok) return loaded.value;
  throw new Error('the recorded policy is sound');
}

test('I5 what was done in clear stays done when the policy begins to call it personal', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-recognise-'));
  const before = await start(dir, policyWith(''));
  expect([await before('Anna@Example.com'), await before('anna@example.com')]).toEqual([200, 409]);
  const after = await start(dir, policyWith(', pii: [email]'));
  expect(await after('ANNA@example.com')).toBe(409);
  expect([await after('bob@example.com'), await after('bob@example.com')]).toEqual([200, 409]);
  await door?.close(0);
  door = undefined;
  // The audit sees it as those starts did.
  const key = pseudonymKey(dir);
  const sees = (recorded: PolicyEntry) => recogniser(policyOf(recorded).privacy, key);
  expect(redecide(dir, (recorded) => policyOf(recorded).policy, sees)).toMatchObject({ calls: 5, differences: [] });
  const calls = [...readJournal(dir)].filter((record) => record.kind === 'call');
  expect(calls.map(({ facts }) => facts.subject?.slice(0, 12))).toEqual([
    'mailbox:Anna',
    'mailbox:anna',
    'mailbox:pseu',
    'mailbox:pseu',
    'mailbox:pseu',
  ]);
});
