import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { Result } from '../../../src/std/result.ts';
import type { AgentId, CallId } from '../../../src/engine/ids.ts';
import type { CallEntry, Recorded } from '../../../src/journal/entry.ts';
import { readJournal, redecide, verifyJournal } from '../../../src/journal/index.ts';
import { loadPolicy, loadRecorded, type LoadedPolicy } from '../../../src/policy/index.ts';
import { importRecording, type ImportOptions, type ImportSummary } from '../../../src/warehouse/import/import.ts';
import { directory } from '../../journal/directory.ts';

/** Two upstreams that share a path, one of them below a path of its own. */
export const SHOP = `
version: 1
upstreams:
  shop: { url: https://api.shop.example/v2, credential: { env: SHOP_KEY, as: bearer } }
  crm: { url: https://crm.example, credential: { env: CRM_KEY, as: bearer } }
routes:
  get_order: { match: "GET /orders/{id}", upstream: shop, effect: read, subject: "order:{id}" }
  refund:
    match: POST /refunds
    upstream: shop
    effect: money
    subject: "order:{body.order}"
    amount: { minor: body.amount, currency: USD }
  cancel: { match: "POST /orders/{id}/cancel", upstream: shop, effect: destructive, subject: "order:{id}" }
  get_note: { match: "GET /notes/{id}", upstream: crm, effect: read }
  get_shop_note: { match: "GET /notes/{id}", upstream: shop, effect: read }
agents:
  bot:
    stage: production
    allow: [get_order, refund, cancel, get_note, get_shop_note]
    collar: [{ route: refund, max: 100 USD }]
    once: [{ route: cancel, per: subject }]
    triggers: [{ route: cancel, same: call, count: 4, within: 1h, onTrip: freeze }]
`;

export function policyOf(text: string): LoadedPolicy {
  const loaded = loadPolicy(text, 'interlock.yaml');
  expect(loaded).toMatchObject({ ok: true });
  return (loaded as { ok: true; value: LoadedPolicy }).value;
}

/** A file with this content, that goes when the test ends. */
export function fileOf(content: string | Uint8Array, name = 'recording'): string {
  const file = path.join(directory(), name);
  fs.writeFileSync(file, content);
  return file;
}

export interface Imported {
  readonly dir: string;
  readonly result: Result<ImportSummary, string>;
  readonly records: readonly Recorded[];
  readonly calls: readonly Recorded<CallEntry>[];
}

export async function imported(
  content: string | Uint8Array,
  more: Partial<ImportOptions> & { readonly policyText?: string } = {},
): Promise<Imported> {
  const { policyText = SHOP, ...options } = more;
  const dir = options.dir ?? path.join(directory(), 'data');
  let count = 0;
  const callId = (): CallId => `call_${(count += 1)}` as CallId;
  const policy = policyOf(policyText);
  const result = await importRecording({
    file: fileOf(content),
    policy,
    agent: 'bot' as AgentId,
    dir,
    callId,
    ...options,
  });
  const records = fs.existsSync(dir) ? [...readJournal(dir)] : [];
  return { dir, result, records, calls: records.filter((record) => record.kind === 'call') };
}

/** What an audit says of a journal: whole, and decided as it says. */
export async function audited(dir: string): Promise<object> {
  const { ok } = await verifyJournal(dir);
  const { calls, differences } = redecide(dir, (recorded) => {
    const loaded = loadRecorded(recorded);
    if (loaded.ok) return loaded.value.policy;
    throw new Error(JSON.stringify(loaded.failure));
  });
  return { ok, calls, differences };
}
