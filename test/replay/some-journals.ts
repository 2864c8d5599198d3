import fs from 'node:fs';
import path from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import type { AgentId, CallId } from '../../src/engine/ids.ts';
import { GENESIS_HASH, seal } from '../../src/journal/chain.ts';
import type { CallEntry, Entry, Recorded } from '../../src/journal/index.ts';
import { SEGMENTS_DIRECTORY, segmentOf } from '../../src/journal/segments.ts';
import type { LoadedPolicy } from '../../src/policy/index.ts';
import { journalOf, policyOf, type Asked } from './door-journal.ts';

const ROUTES = `
  get_charge: { match: "GET /charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
  refund: { match: POST /refunds, upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD }, answer: { body: { id: { id: re_1 } } } }
  note: { match: "PUT /charges/{id}/note", upstream: api, effect: write, subject: "charge:{id}" }`;

interface Parts {
  readonly routes?: string;
  readonly allow?: string;
  readonly rules?: string;
  readonly stage?: string;
}

const ALLOW = '[get_charge, refund, note]';

export function somePolicy({ routes = ROUTES, allow = ALLOW, rules = '', stage = 'production' }: Parts): LoadedPolicy {
  return policyOf(`
version: 1
upstreams: { api: { url: "http://127.0.0.1:1", network: loopback, credential: { env: KEY, as: bearer } } }
routes:${routes}
agents:
  bot: { stage: ${stage}, allow: ${allow}${rules} }
  other: { stage: production, allow: [get_charge, refund] }
`);
}

const RATES = ', rates: [{ route: refund, max: 3, per: 10s }], once: [{ route: refund, per: subject, within: 4s }]';
const LIMITED = '[get_charge, note, { route: refund, when: "body.amount <= 400" }]';

/** Policies that read requests alike, and ones that do not: each is recorded under, and each is a candidate. */
export const POLICIES: readonly LoadedPolicy[] = [
  somePolicy({}),
  somePolicy({ rules: RATES }),
  somePolicy({ allow: LIMITED, rules: RATES }),
  somePolicy({ allow: LIMITED.replace('400', '90') }),
  somePolicy({ allow: '[get_charge, note, { route: refund, when: "body.reason != \'fraud\'" }]' }),
  somePolicy({ stage: 'shadow', rules: RATES }),
  somePolicy({ rules: ', approval: [{ route: refund, above: 4 USD, expires: 30m }]' }),
  somePolicy({ rules: ', backoff: [{ effect: write, initial: 1s, attempts: 2, onTrip: freeze }], inflight: 1' }),
  somePolicy({ routes: ROUTES.replace('charge:{body.charge}', 'reason:{body.reason}') }),
  somePolicy({
    routes: `${ROUTES}\n  vip: { match: "PUT /charges/ch_vip/note", upstream: api, effect: write }`,
    allow: '[get_charge, refund, note, vip]',
  }),
  somePolicy({
    routes: ROUTES.replaceAll('subject: "charge:{id}"', 'subject: "charge:{id}", pii: [id]').replace(
      '{body.charge}"',
      '{body.charge}", pii: [body.charge]',
    ),
  }),
  somePolicy({ rules: ', budgets: [{ max: 9 USD, per: 1m }], triggers: [{ same: call, count: 3, within: 30s }]' }),
];

interface Phase {
  readonly policy: number;
  readonly asked: readonly Asked[];
  /** Half of the phases give their calls the ids of another one: no door does, and files can hold anything. */
  readonly ids: number;
}

const asked: Arbitrary<Asked> = fc
  .record({
    agent: fc.constantFrom('bot', 'bot', 'other'),
    session: fc.constantFrom('a', 'b', 'c'),
    amount: fc.integer({ min: 1, max: 900 }),
    charge: fc.constantFrom('ch_1', 'ch_2', 'ch_vip', 'CH_1', 'ch_é', '日本'),
    what: fc.constantFrom('refund', 'refund', 'read', 'note'),
    reason: fc.constantFrom('fraud', 'mistake', '__proto__', undefined),
    afterMs: fc.constantFrom(0, 500, 5_000),
    effectiveness: fc.constantFrom(
      'effective' as const,
      'effective' as const,
      'ineffective' as const,
      'unknown' as const,
    ),
    key: fc.constantFrom('k1', 'k2', undefined),
  })
  .map(({ amount, charge, what, reason, key, session, ...rest }): Asked => {
    const headers = key === undefined ? [] : ['idempotency-key', key];
    const own = { ...rest, session, headers };
    if (what === 'refund')
      return { ...own, method: 'POST', target: '/refunds', body: { charge, amount, ...(reason && { reason }) } };
    const target = `/charges/${encodeURIComponent(charge)}`;
    return what === 'read'
      ? { ...own, method: 'GET', target }
      : { ...own, method: 'PUT', target: `${target}/note`, body: {} };
  });

const phase: Arbitrary<Phase> = fc.record({
  policy: fc.nat(POLICIES.length - 1),
  asked: fc.array(asked, { minLength: 1, maxLength: 9 }),
  ids: fc.nat(2),
});

/** What happens to a record of a phase, one number each. */
const fates = fc.array(fc.nat(99), { minLength: 1, maxLength: 40 });

/**
 * Journals as doors write them, one policy after the other, and then as life has it: outcomes come late, or never, or twice; a start
 * says of open calls that nobody saw their end; people are erased; humans freeze, resume and review; grants are missing.
 */
export const someJournal: Arbitrary<readonly Entry[]> = fc
  .tuple(fc.array(phase, { minLength: 1, maxLength: 5 }), fates)
  .map(([phases, numbers]) => {
    const entries: Entry[] = [];
    const late: { readonly entry: Entry; readonly after: number }[] = [];
    let place = 0;
    for (const { policy, asked: its, ids } of phases) {
      for (const record of journalOf(POLICIES[policy] as LoadedPolicy, its)) {
        const fate = numbers[place++ % numbers.length] as number;
        for (const { entry } of late.filter(({ after }) => after === place)) entries.push(entry);
        const entry = renamed(withoutChain(record), ids);
        if (entry.kind === 'outcome' && fate < 40) {
          if (fate < 30) late.push({ entry, after: place + 1 + (fate % 12) });
          if (fate > 27) entries.push(entry, { ...entry, effectiveness: 'unknown' });
        } else if (entry.kind === 'call' && fate < 15) entries.push({ ...entry, ...erasedBody(fate) });
        else if (entry.kind === 'call' && fate < 22) entries.push(oddlyNamed(entry, fate));
        else if (entry.kind !== 'grant' || fate > 20) entries.push(entry);
        if (fate > 92) entries.push(...between(fate, entries));
      }
    }
    for (const { entry } of late.filter(({ after }) => after > place)) entries.push(entry);
    return inTime(entries);
  });

function withoutChain({ seq: _seq, hash: _hash, ...entry }: Recorded): Entry {
  return entry;
}

function renamed(entry: Entry, ids: number): Entry {
  return 'call' in entry && typeof entry.call === 'string'
    ? ({ ...entry, call: `${entry.call}_${ids}` } as Entry)
    : entry;
}

function erasedBody(fate: number): object {
  const sealed = `sealed_${'x'.repeat(43)}`;
  return { body: fate < 8 ? sealed : `{"charge":"ch_1","amount":100,"reason":"${sealed}"}` };
}

/** Texts that are no whole text, and calls of which less is known than a door knows. */
function oddlyNamed(entry: CallEntry, fate: number): CallEntry {
  const { facts } = entry;
  if (fate === 15) return { ...entry, session: 'half \ud800', task: '__proto__' };
  if (fate === 16) return { ...entry, call: `${entry.call}\udc00` as CallId };
  if (fate === 17) return { ...entry, facts: { ...facts, subject: '\udc00', fingerprint: '\ud800' } };
  if (fate === 18) return { ...entry, before: entry.call, stage: 'limited' };
  if (fate === 19) return { ...entry, facts: { ...facts, amount: { micros: '9'.repeat(30), currency: 'USD' } } };
  if (fate === 20) return { ...entry, facts: { ...facts, amount: { fault: 'malformed' }, conditions: {} } };
  return { ...entry, facts: { ...facts, envelope: 'sha', items: 3, granted: false } };
}

function between(fate: number, before: readonly Entry[]): readonly Entry[] {
  const agent = 'bot' as AgentId;
  const calls = before.flatMap((entry) => (entry.kind === 'call' ? [entry.call] : []));
  const unknown = calls.slice(-3);
  const by = 'human:ann';
  switch (fate) {
    case 93:
      return [{ kind: 'recovery', at: 0, epoch: 2, unknown }];
    case 94:
      return [{ kind: 'freeze', at: 0, agent, trip: 'kill', by, reason: 'odd', call: null, severed: [] }];
    case 95:
      return [{ kind: 'resume', at: 0, agent, by, reason: 'fine' }];
    case 96:
      return [{ kind: 'erase', at: 0, person: 'p', keys: ['k'], values: 1, by, reason: 'asked' }];
    case 97:
      return unknown.map((call) => ({ kind: 'review', at: 0, call, agent, approved: true, by, reason: 'yes' }));
    default:
      return [{ kind: 'recovery', at: 0, epoch: 2, unknown: [...unknown, 'call_nobody' as CallId] }];
  }
}

function inTime(entries: readonly Entry[]): readonly Entry[] {
  let at = 0;
  return entries.map((entry) => ({ ...entry, at: (at = Math.max(at, entry.at)) }));
}

/** The entries chained, as they stand in a journal. */
export function chained(entries: readonly Entry[]): readonly { readonly record: Recorded; readonly line: string }[] {
  let previous = GENESIS_HASH;
  return entries.map((entry, index) => {
    const { hash, line } = seal(previous, index + 1, entry);
    previous = hash;
    return { record: JSON.parse(line) as Recorded, line };
  });
}

/** Writes lines as segments that begin at these places; the first begins the journal. */
export function writeSegments(dir: string, lines: readonly string[], begins: readonly number[], from: number): void {
  fs.mkdirSync(path.join(dir, SEGMENTS_DIRECTORY), { recursive: true });
  for (const [index, begin] of begins.entries()) {
    if (begin < from) continue;
    const text = lines.slice(begin, begins[index + 1]).join('');
    fs.writeFileSync(path.join(dir, SEGMENTS_DIRECTORY, segmentOf(begin + 1, 1).name), text);
  }
}
