import type { Effect } from '../../src/engine/call.ts';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/index.ts';
import { EFFECTS, EventKind, type Tape } from '../../src/warehouse/tape/tape.ts';
import { Answers } from '../../src/warehouse/tape/answers.ts';
import { LargeWords } from '../../src/warehouse/tape/large-words.ts';
import { TextColumn, Words } from '../../src/warehouse/tape/words.ts';

/** A recording made up in columns: `count` calls of a few agents, each of which ended a little later. */
export interface MadeTape {
  readonly tape: Tape;
  readonly policy: LoadedPolicy;
}

const START = Date.UTC(2026, 0, 5);
/** As many agents, routes and currencies as a business has; refunds of a charge come about twice in a hundred. */
const AGENTS = ['refunds-bot', 'support-bot', 'ops-bot', 'night-bot'];
const ROUTES: readonly (readonly [string, Effect])[] = [
  ['get_charge', 'read'],
  ['create_refund', 'money'],
  ['create_payout', 'money'],
  ['update_note', 'write'],
];
const UNDER_WAY = 3;

/** @param strict whether its limits are those that the recording was made under, or tighter ones */
export function policyText(strict: boolean): string {
  const agent = (id: string): string => `
  ${id}:
    stage: production
    allow:
      - get_charge
      - update_note
      - create_payout
      - { route: create_refund, when: "body.amount <= ${strict ? 4_500 : 1_000_000}" }
    collar: [{ route: create_payout, max: ${strict ? 45 : 100_000} USD }]
    rates: [{ max: ${strict ? 1_150 : 1_000_000}, per: 1m }, { route: create_refund, max: ${strict ? 260 : 1_000_000}, per: 1m }]
    budgets: [{ max: ${strict ? 20_000_000 : 2_000_000_000} USD, per: day, timezone: America/New_York }]
    once: [{ route: create_refund, per: subject${strict ? '' : ', within: 1ms'} }]
    backoff: [{ effect: write, initial: 1s, attempts: 5 }]
    inflight: 100`;
  return `
version: 1
upstreams: { api: { url: "http://127.0.0.1:1", network: loopback, credential: { env: KEY, as: bearer } } }
routes:
  get_charge: { match: "GET /charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
  create_refund: { match: POST /refunds, upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD } }
  create_payout: { match: POST /payouts, upstream: api, effect: money, subject: "payee:{body.payee}", amount: { minor: body.amount, currency: USD } }
  update_note: { match: "PUT /charges/{id}/note", upstream: api, effect: write, subject: "charge:{id}" }
agents:${AGENTS.map(agent).join('')}
`;
}

export function loaded(text: string): LoadedPolicy {
  const policy = loadPolicy(text, 'bench.yaml');
  if (!policy.ok) throw new Error(JSON.stringify(policy.failure[0]));
  return policy.value;
}

/** The same bytes for the same count. */
export function madeTape(count: number): MadeTape {
  const policy = loaded(policyText(false));
  const id = new TextColumn();
  const columns = columnsFor(count);
  const dictionaries = dictionariesFor(count);
  const { subjects, sames } = dictionaries;
  const random = xorshift(42);
  for (let row = 0; row < count; row += 1) {
    const dice = random() % 100;
    const route = dice < 60 ? 0 : dice < 75 ? 1 : dice < 80 ? 2 : 3;
    const agent = random() % AGENTS.length;
    const session = Math.floor(row / 40);
    id.push(`call_${row.toString(36)}`);
    const subject = `=charge:ch_${random() % Math.max(1, Math.floor(count / 3))}`;
    columns.seq[row] = row * 2 + 1;
    columns.at[row] = START + row * 13;
    columns.agent[row] = agent;
    columns.session[row] = session;
    columns.run[row] = session;
    columns.stage[row] = 4;
    columns.route[row] = route;
    columns.effect[row] = EFFECTS.indexOf(ROUTES[route]?.[1] ?? 'read');
    columns.subject[row] = subjects.id(subject);
    columns.same[row] = sames.id(subject);
    const isMoney = route === 1 || route === 2;
    columns.currency[row] = isMoney ? 2 : 0;
    columns.micros[row] = isMoney ? (100 + (random() % 5_000)) * 10_000 : 0;
    columns.items[row] = -1;
    columns.fingerprint[row] = row;
    columns.granted[row] = 1;
    columns.conditions[row] = route === 1 ? 1 + agent : 0;
    columns.retryAt[row] = Number.NaN;
  }
  const { kind, at, ref, effectiveness, answer } = eventsFor(columns.at, random);
  return {
    policy,
    tape: {
      events: { size: kind.length, kind, at, ref, effectiveness, answer },
      calls: {
        ...columns,
        size: count,
        id,
        amounts: new Map(),
        envelopes: new Map(),
        particulars: new Map(),
        unanswerable: new Map(),
        befores: new Map(),
        neutral: new Map(),
      },
      dictionaries,
      policies: [{ digest: policy.digest, source: 0 }],
      freezes: [],
      reviews: [],
    },
  };
}

function columnsFor(count: number) {
  const u32 = (): Uint32Array => new Uint32Array(count);
  return {
    seq: new Float64Array(count),
    at: new Float64Array(count),
    policy: u32(),
    agent: u32(),
    grant: u32(),
    task: u32(),
    session: u32(),
    run: u32(),
    stage: new Uint8Array(count),
    route: u32(),
    upstream: u32(),
    effect: new Uint8Array(count),
    subject: u32(),
    same: u32(),
    currency: u32(),
    micros: new Float64Array(count),
    items: new Int32Array(count),
    fingerprint: u32(),
    key: u32(),
    granted: new Uint8Array(count),
    conditions: u32(),
    verdict: new Uint8Array(count),
    found: u32(),
    retryAt: new Float64Array(count),
  };
}

function dictionariesFor(count: number): Tape['dictionaries'] {
  const answers = new Answers();
  for (const status of [200, 503]) answers.push(status, { latencyMs: 40 });
  return {
    agents: new Words(...AGENTS),
    grants: new Words('grant_1'),
    tasks: new Words('bench'),
    upstreams: new Words('api'),
    sessions: new Counted('session', Math.ceil(count / 40)),
    runs: new Counted('run', Math.ceil(count / 40)),
    routes: new Words(...ROUTES.map(([route]) => route)),
    subjects: new LargeWords(''),
    sames: new LargeWords(''),
    currencies: new Words('', '?', 'USD'),
    fingerprints: new Counted('print', count),
    keys: new LargeWords(''),
    conditions: new Words('{}', ...AGENTS.map((agent) => `{"${agent}.allow[3]":true}`)),
    founds: new Words(''),
    answers,
  };
}

/** Texts that nobody looks up, without keeping them. */
class Counted extends LargeWords {
  readonly #name: string;
  readonly #size: number;

  constructor(name: string, size: number) {
    super();
    this.#name = name;
    this.#size = size;
  }

  override get size(): number {
    return this.#size;
  }

  override text(id: number): string {
    return `${this.#name}_${id}`;
  }
}

/** Each call, and the end of the one some calls before: one in two hundred is never seen, one in fifty fails. */
function eventsFor(times: Float64Array, random: () => number) {
  const count = times.length;
  const events = {
    kind: new Uint8Array(count * 2),
    at: new Float64Array(count * 2),
    ref: new Uint32Array(count * 2),
    effectiveness: new Uint8Array(count * 2),
    answer: new Uint32Array(count * 2),
  };
  let place = 0;
  for (let row = 0; row < count + UNDER_WAY; row += 1) {
    if (row < count) {
      events.kind[place] = EventKind.call;
      events.at[place] = times[row] as number;
      events.ref[place] = row;
      place += 1;
    }
    if (row < UNDER_WAY) continue;
    const dice = random() % 200;
    events.kind[place] = EventKind.ended;
    events.at[place] = times[Math.min(row, count - 1)] as number;
    events.ref[place] = row - UNDER_WAY;
    events.effectiveness[place] = dice === 0 ? 2 : dice < 5 ? 1 : 0;
    events.answer[place] = dice === 0 ? 0 : dice < 5 ? 2 : 1;
    place += 1;
  }
  return events;
}

function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
