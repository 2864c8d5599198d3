import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Live } from '../../src/control/live/live.ts';
import type { Premises } from '../../src/control/premises.ts';
import { startDoor } from '../../src/door/start.ts';
import type { Entry } from '../../src/journal/entry.ts';
import { loadPolicy } from '../../src/policy/index.ts';
import { spread, type Spread } from '../statistics.ts';
import { loadPolicy as policyText } from './paced.ts';

/** What watching costs the door, by itself. */
export interface ListenerFigures {
  /** `null`: no control room at all. */
  readonly watchers: number | null;
  /** Of one record to what hears it in the append; a call and its outcome in turn. */
  readonly listenerNanos: Spread | null;
  /** Of one whole append, group commit not waited for. */
  readonly appendMicros: Spread;
}

export interface OverviewFigures {
  readonly agents: number;
  readonly gauges: number;
  readonly inFlight: number;
  readonly micros: Spread;
  readonly bytes: number;
}

const RECORDS = 20_000;
const PIECE = 500;
const WATCHERS = [null, 0, 1, 64] as const;

/** The door's journal with and without a control room beside it, in alternating rounds. */
export async function benchListener(rounds: number): Promise<readonly ListenerFigures[]> {
  const found = new Map<number | null, { listener: number[]; append: number[] }>(
    WATCHERS.map((watchers) => [watchers, { listener: [], append: [] }]),
  );
  for (let round = 0; round <= rounds; round += 1) {
    for (const watchers of WATCHERS) {
      const one = await appendedBeside(watchers);
      if (round === 0) continue;
      found.get(watchers)?.append.push(one.appendMicros);
      if (one.listenerNanos !== null) found.get(watchers)?.listener.push(one.listenerNanos);
    }
  }
  return [...found].map(([watchers, { listener, append }]) => ({
    watchers,
    listenerNanos: listener.length === 0 ? null : spread(listener),
    appendMicros: spread(append),
  }));
}

async function appendedBeside(
  watchers: number | null,
): Promise<{ listenerNanos: number | null; appendMicros: number }> {
  return inRoom(policyText('http://127.0.0.1:9'), async (premises, journal) => {
    let heard: ((entry: Entry, seq: number) => void) | undefined;
    // Told of twice: where it stands, and to the clock below.
    const log: Premises['log'] = {
      get head() {
        return premises.log.head;
      },
      get disk() {
        return premises.log.disk;
      },
      get health() {
        return premises.log.health;
      },
      watch: (watcher) => premises.log.watch(watcher),
      checkpoint: (at) => premises.log.checkpoint(at),
      durable: () => premises.log.durable(),
      listen: (listener) => {
        heard = listener;
        return premises.log.listen(listener);
      },
    };
    const live = watchers === null ? undefined : new Live({ ...premises, log });
    const readers = Array.from({ length: watchers ?? 0 }, () => drain(live));
    const entries = Array.from({ length: RECORDS }, (_, index) => made(index, premises.clock.now()));
    let appendNanos = 0n;
    for (let from = 0; from < RECORDS; from += PIECE) {
      const startedAt = process.hrtime.bigint();
      for (const entry of entries.slice(from, from + PIECE)) journal.append(entry);
      appendNanos += process.hrtime.bigint() - startedAt;
      await journal.durable();
    }
    let listenerNanos: number | null = null;
    if (heard !== undefined) {
      let nanos = 0n;
      for (let from = 0; from < RECORDS; from += PIECE) {
        const piece = entries.slice(from, from + PIECE);
        const startedAt = process.hrtime.bigint();
        for (const [index, entry] of piece.entries()) heard(entry, from + index);
        nanos += process.hrtime.bigint() - startedAt;
        await turn();
      }
      listenerNanos = Number(nanos) / RECORDS;
    }
    await live?.close();
    await Promise.all(readers);
    return { listenerNanos, appendMicros: Number(appendNanos) / RECORDS / 1_000 };
  });
}

/** Takes all that a watcher is told, as a good line does. */
async function drain(live: Live | undefined): Promise<void> {
  const watcher = live?.watch(false, { cut: () => undefined, onGone: () => undefined });
  if (watcher === undefined || 'kind' in watcher) throw new Error('nobody may watch');
  const reader = watcher.stream.getReader();
  while (!(await reader.read()).done);
}

function made(index: number, at: number): Entry {
  const call = `call_${index >> 1}`;
  if (index % 2 === 1) {
    const facts = { latencyMs: 3 };
    return {
      kind: 'outcome',
      at,
      call,
      effectiveness: 'effective',
      status: 200,
      failure: null,
      durationMs: 3,
      contentType: 'application/json',
      answer: '{"id":"re_1"}',
      answerBytes: 13,
      facts,
    } as never;
  }
  const agent = index % 4 === 0 ? 'refunds-bot' : 'disputes-bot';
  const [route, effect] = index % 10 === 0 ? ['create_refund', 'money'] : ['get_charge', 'read'];
  const facts = {
    subject: `charge:ch_${index}`,
    amount: null,
    items: null,
    fingerprint: 'f'.repeat(64),
    granted: true,
    conditions: {},
  };
  const who = { agent, grant: 'grant_1', task: 'bench', session: 'session_1', stage: 'production' };
  const what = {
    route,
    effect,
    upstream: 'payments',
    method: 'GET',
    target: `/v1/charges/ch_${index}`,
    headers: {},
    body: null,
  };
  return {
    kind: 'call',
    at,
    call,
    ...who,
    ...what,
    facts,
    verdict: 'allow',
    findings: ['scope a.allow[0]'],
    trips: [],
  } as never;
}

const MANY = 200;

/** The first look at two hundred agents with three limits each, a thousand calls under way among them. */
export async function benchOverview(rounds: number): Promise<OverviewFigures> {
  const agents = Array.from({ length: MANY }, (_, index) => `agent-${index}`);
  const text = policyText('http://127.0.0.1:9', agents.map(agentText).join('\n'));
  return inRoom(text, async (premises) => {
    const { engine, clock } = premises;
    for (let index = 0; index < 1_000; index += 1) {
      const agent = agents[index % MANY];
      const intent = {
        id: `call_${index}`,
        at: clock.now(),
        agent,
        grant: 'g',
        task: 't',
        session: 's',
        route: 'get_charge',
        effect: 'read',
      };
      const facts = {
        subject: null,
        amount: null,
        items: null,
        fingerprint: `${index}`,
        granted: true,
        conditions: {},
        particulars: null,
      };
      engine.apply({ kind: 'decided', call: { ...intent, ...facts } as never, verdict: 'allow', trips: [] });
    }
    const live = new Live(premises);
    const micros: number[] = [];
    let bytes = 0;
    for (let round = 0; round < rounds * 20; round += 1) {
      // Another turn, another look.
      await turn();
      await turn();
      const startedAt = process.hrtime.bigint();
      bytes = live.json().length;
      if (round >= rounds) micros.push(Number(process.hrtime.bigint() - startedAt) / 1_000);
    }
    const gauges = live.overview().agents.reduce((sum, view) => sum + view.gauges.length, 0);
    await live.close();
    return { agents: live.overview().agents.length, gauges, inFlight: 1_000, micros: spread(micros), bytes };
  });
}

const agentText = (agent: string): string => `  ${agent}:
    stage: production
    allow: [get_charge, create_refund]
    rates: [{ max: 1000, per: 1m }]
    budgets: [{ max: 500 USD, per: day, timezone: UTC }, { max: 500 USD, per: 1h }]`;

async function inRoom<Value>(
  text: string,
  work: (premises: Premises, journal: { append(entry: Entry): void; durable(): Promise<void> }) => Promise<Value>,
): Promise<Value> {
  const loaded = loadPolicy(text, 'bench.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const dir = await mkdtemp(path.join(tmpdir(), 'interlock-listener-'));
  const door = await startDoor({
    policy: loaded.value,
    dir,
    link: () => {
      throw new Error('nothing is sent here');
    },
    onFailure: (error) => {
      throw error;
    },
  });
  try {
    return await work({ ...door, policy: loaded.value, dir }, door.journal);
  } finally {
    await door.close();
    await rm(dir, { recursive: true, force: true });
  }
}
