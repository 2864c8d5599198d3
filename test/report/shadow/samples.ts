import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  NOTHING_BESIDE,
  shadowEvidence,
  type Beside,
  type ShadowEvidence,
} from '../../../src/evidence/shadow/evidence.ts';
import type { Scope } from '../../../src/evidence/shadow/scope.ts';
import type { Entry } from '../../../src/journal/entry.ts';
import { openWarehouse } from '../../../src/warehouse/index.ts';
import { fortnight } from '../../evidence/shadow/fortnight.ts';
import { journalIn } from '../../evidence/shadow/journal.ts';
import { loaded, REFUNDS } from '../../evidence/shadow/policy.ts';
import { divergence, replay, review } from './beside.ts';

export const SCOPE: Scope = { agent: 'refunds-bot', from: null, to: null, stage: null, timeZone: 'America/New_York' };

/** The evidence of a journal that is gone again. */
export async function evidenceOf(entries: readonly Entry[], beside: Partial<Beside> = {}): Promise<ShadowEvidence> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'interlock-report-'));
  const policy = loaded(REFUNDS);
  try {
    await journalIn(dir, policy, entries);
    const warehouse = await openWarehouse(dir);
    const evidence = await shadowEvidence(warehouse, SCOPE, { ...NOTHING_BESIDE, policy, ...beside });
    warehouse.close();
    return evidence;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A fortnight with everything that a report may have beside it. */
export async function fullEvidence(): Promise<ShadowEvidence> {
  const entries = fortnight();
  const writes = entries.flatMap((entry) => (entry.kind === 'call' && entry.verdict === 'capture' ? [entry] : []));
  const last = entries.at(-1)?.at ?? 0;
  const opinions = writes
    .filter((_, index) => index % 9 === 0)
    .map(({ call, agent }, index) => ({
      kind: 'assessment' as const,
      at: last,
      call,
      agent,
      opinion: index % 13 === 5 ? ('wrong' as const) : index % 17 === 3 ? ('unsure' as const) : ('sane' as const),
      by: index % 2 === 0 ? 'ben' : 'ann',
      reason: 'looked at the ticket',
    }));
  const labels = writes.map(({ call }, index) => ({
    call,
    harmful: index % 11 === 0 ? true : index % 7 === 0 ? null : false,
    reason: index % 11 === 0 ? 'wrong_amount' : 'in_reference',
  }));
  const calls = writes.map(({ call }) => call);
  return evidenceOf([...entries, ...opinions], {
    divergence: divergence(calls),
    replay: replay(calls),
    review: review(calls),
    labels: { file: 'labels.ndjson', labels },
  });
}

/** Markup, quotes, entities, controls, bidi, a lone surrogate; and what would be a link or a mention in Markdown. */
export const HOSTILE =
  `<script>alert(1)</script><img src=//evil.example/x onerror=alert(2)>"' onload='alert(3) --> ]]> &lt; </style></title></svg>` +
  `\u0000\u001B[31m\u202Eesrever\u202C\u200B\uD800 [x](javascript:alert(4)) **b** \`c\` @everyone #1 | http://evil.example www.evil.example`;

/** Whose values are chosen from fixed lists, or by the policy, or are parsed. */
const OURS = new Set([
  'currency',
  'effect',
  'verdict',
  'enough',
  'step',
  'kind',
  'test',
  'counts',
  'timeZone',
  'fate',
  'certainty',
  'caseField',
  'consensus',
  'opinion',
  'day',
  'stage',
]);

/** The evidence with every text that is not ours replaced: whatever leaks, leaks here. Calls keep their names behind it. */
export function hostile(evidence: ShadowEvidence, text = HOSTILE): ShadowEvidence {
  const copy = structuredClone(evidence);
  spoil(copy, text);
  return copy;
}

function spoil(value: object, text: string): void {
  for (const [key, member] of Object.entries(value) as readonly (readonly [string, unknown])[]) {
    if (typeof member === 'string' && !OURS.has(key))
      Reflect.set(value, key, /^call_\d+$/.test(member) ? text + member : text);
    if (typeof member === 'object' && member !== null) spoil(member, text);
  }
}
