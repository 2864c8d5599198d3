import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Engine } from '../../src/engine/engine.ts';
import type { AgentId, CallId } from '../../src/engine/ids.ts';
import { callOf } from '../../src/journal/facts.ts';
import { openJournal, readJournal, type CallEntry, type Entry } from '../../src/journal/index.ts';
import { readPolicy, type LoadedPolicy } from '../../src/policy/index.ts';
import { AGENT, Live, OK, spentUsdOf } from './live.ts';

/** A journal that a real door wrote, to be damaged in copies. */
export interface Kept {
  /** Its one segment. */
  readonly bytes: Buffer;
  readonly policy: LoadedPolicy;
  readonly policyFile: string;
  /** The charges that the upstream truly refunded; nobody saw the answer of the last. */
  readonly refunded: readonly string[];
  /** A moment behind its last record. */
  readonly now: number;
  /** A data directory with these bytes for its segment; `snapshot`: beside one that was taken one record later. */
  copy(bytes: Buffer, beside?: 'snapshot'): string;
  /** Which of the charges no record tells of among those that end before `end`. */
  untold(end: number): readonly string[];
  /** Which of the charges an engine would let be refunded, and what it holds as spent. */
  books(engine: Engine): { readonly forgotten: readonly string[]; readonly spentUsd: number };
  remove(): void;
}

/** What a journal must hold to stand for others. */
const KINDS: ReadonlySet<Entry['kind']> = new Set([
  'recovery',
  'policy',
  'grant',
  'call',
  'outcome',
  'refusal',
  'note',
  'freeze',
  'resume',
  'review',
] as const);
const RULES = `
budgets: [{ max: 1000000 USD, per: day, timezone: UTC }]
once: [{ route: create_refund, per: subject }]
approval: [{ route: create_refund, above: 100 USD, expires: 30m }]
`;
/** Copies are many and small: memory is kinder to them than a disk. */
const SCRATCH = fs.existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A short life of a door with something of everything, ended by `kill -9` between an upstream's commit and its answer. */
export async function keepJournal(): Promise<Kept> {
  const live = await Live.open({ rules: RULES });
  try {
    await live.read();
    await live.refund('ch_1');
    await live.refund('ch_1');
    const held = JSON.parse((await live.refund('ch_held', { amount: '20000' })).body) as { readonly call: string };
    await live.control(`/v1/holds/${held.call}/reject`, { by: 'ana', reason: 'no such complaint – ünï' });
    await live.note('The parcel was lost: "ünï" \u2028');
    await fetch(`${live.served.door}/payments/v1/charges/ch_1`);
    await live.kill();
    await live.refund('ch_2');
    await live.control(`/v1/agents/${AGENT}/resume`, { by: 'ana', reason: 'mended' });
    live.upstream.act((_, wire) => wire.send(OK.replace('200 OK', '402 Declined')));
    await live.refund('ch_declined');
    const seen = live.upstream.requests.length;
    live.upstream.act(() => undefined);
    void live.refund('ch_3').catch(() => undefined);
    await live.upstream.arrived(seen + 1);
    await live.served.end('SIGKILL');
    return await keptOf(live, ['ch_1', 'ch_3']);
  } finally {
    await live.close();
  }
}

async function keptOf({ where }: Live, refunded: readonly string[]): Promise<Kept> {
  const [name = '', ...others] = fs.readdirSync(path.join(where.data, 'segments'));
  if (others.length > 0) throw new Error('the kept journal has one segment');
  const records = [...readJournal(where.data)];
  const missing = KINDS.difference(new Set(records.map(({ kind }) => kind)));
  if (missing.size > 0) throw new Error(`the kept journal stands for no other: it lacks ${[...missing].join(', ')}`);
  const loaded = await readPolicy(where.policy);
  if (!loaded.ok) throw new Error('the policy of the door that ran');
  const policy = loaded.value;
  const now = (records.at(-1) as Entry).at + 1_000;
  const bytes = fs.readFileSync(path.join(where.data, 'segments', name));
  const scratch = fs.mkdtempSync(path.join(SCRATCH, 'interlock-kept-'));
  const intents = refunded.map((charge) => records.find((record) => isRefundOf(record, charge)) as CallEntry);
  // A clean end, in a copy of its own, for its snapshot.
  const opened = await openJournal({ dir: where.data, policy, now: () => now, onFailure: (error) => raise(error) });
  await opened.close();
  const dir = path.join(scratch, 'data');
  return {
    bytes,
    policy,
    policyFile: where.policy,
    refunded,
    now,
    copy: (changed, beside) => {
      fs.rmSync(dir, { recursive: true, force: true });
      fs.mkdirSync(path.join(dir, 'segments'), { recursive: true });
      fs.writeFileSync(path.join(dir, 'segments', name), changed);
      if (beside !== undefined) {
        fs.cpSync(path.join(where.data, 'snapshots'), path.join(dir, 'snapshots'), { recursive: true });
      }
      return dir;
    },
    untold: (end) => {
      const left = bytes.toString('latin1', 0, end).split('\n').slice(0, -1);
      const told = left.map((line) => JSON.parse(line) as Entry);
      return refunded.filter((charge) => !told.some((record) => isRefundOf(record, charge)));
    },
    books: (engine) => {
      // Whether a charge could be refunded again is asked of an agent that is free to.
      engine.apply({ kind: 'resumed', agent: AGENT as AgentId, at: now });
      const again = intents.map((intent) => callOf({ ...intent, call: 'call_again' as CallId, at: now }));
      const forgotten = refunded.filter((_, index) => engine.decide(again[index] as never).verdict === 'allow');
      return { forgotten, spentUsd: spentUsdOf(engine, now) };
    },
    remove: () => fs.rmSync(scratch, { recursive: true, force: true }),
  };
}

function isRefundOf(record: Entry, charge: string): boolean {
  if (record.kind !== 'call' || record.effect !== 'money') return false;
  return record.verdict === 'allow' && record.facts.subject === `charge:${charge}`;
}

function raise(error: Error): never {
  throw error;
}
