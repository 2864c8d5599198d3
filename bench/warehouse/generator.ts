import fs from 'node:fs';
import path from 'node:path';
import type { AgentId, CallId, GrantId, RouteId } from '../../src/engine/ids.ts';
import { GENESIS_HASH, seal } from '../../src/journal/chain.ts';
import type { CallEntry, Entry, PolicyEntry } from '../../src/journal/entry.ts';
import { SEGMENT_BYTES_MAX, SEGMENTS_DIRECTORY, segmentOf } from '../../src/journal/segments.ts';
import { prng, type Prng } from '../../src/std/prng.ts';

/** What a look-up may ask for, taken from what was generated. */
export interface Sample {
  readonly call: string;
  readonly charge: string;
  readonly customer: string;
  readonly session: string;
  readonly agent: string;
}

export interface Generated {
  readonly records: number;
  readonly bytes: number;
  readonly segments: number;
  readonly samples: readonly Sample[];
}

const AGENTS = 40;
const START = Date.UTC(2026, 9, 1);
const DAYS = 30;
const SESSION_CALLS = 12;
/** One session of so many is remembered for look-ups. */
const SAMPLES = 400;
const WRITE_BYTES = 4 * 1024 * 1024;

/** One kind of call in a refunds agent's night. */
interface Route {
  readonly name: string;
  readonly effect: CallEntry['effect'];
  readonly weight: number;
}

const ROUTES: readonly Route[] = [
  { name: 'get_charge', effect: 'read', weight: 34 },
  { name: 'get_customer', effect: 'read', weight: 22 },
  { name: 'list_charges', effect: 'read', weight: 14 },
  { name: 'get_order', effect: 'read', weight: 10 },
  { name: 'create_refund', effect: 'money', weight: 12 },
  { name: 'update_order', effect: 'write', weight: 6 },
  { name: 'send_letter', effect: 'write', weight: 2 },
];
const WEIGHTS = ROUTES.flatMap((route) => Array.from({ length: route.weight }, () => route));

/** The policy that the journal says was in force. */
export type GeneratedPolicy = Pick<PolicyEntry, 'digest' | 'file' | 'text'>;

const NO_POLICY: GeneratedPolicy = { digest: 'digest-1', file: 'interlock.yaml', text: 'version: 1\n' };

/**
 * A plausible journal of `records` records with a whole chain, in `dir`: sessions of reads and writes of forty agents over a month,
 * with requests, answers, refusals, notes, and what nobody saw the end of. The same for the same seed, byte for byte.
 */
export function generateJournal(dir: string, records: number, seed = 1, policy = NO_POLICY): Generated {
  return new Generator(dir, records, prng(seed)).run(policy);
}

class Generator {
  readonly #dir: string;
  readonly #wanted: number;
  readonly #random: Prng;
  readonly #samples: Sample[] = [];
  #seq = 0;
  #hash = GENESIS_HASH;
  #at = START;
  #fd = -1;
  #segmentBytes = 0;
  #bytes = 0;
  #segments = 0;
  #pending: string[] = [];
  #pendingBytes = 0;
  #calls = 0;
  #sessions = 0;
  readonly #stepMs: number;

  constructor(dir: string, wanted: number, random: Prng) {
    this.#dir = path.join(dir, SEGMENTS_DIRECTORY);
    this.#wanted = wanted;
    this.#random = random;
    this.#stepMs = (DAYS * 86_400_000) / (wanted / 2);
    fs.mkdirSync(this.#dir, { recursive: true });
  }

  run(policy: GeneratedPolicy): Generated {
    this.#write({ kind: 'recovery', at: this.#at, epoch: 1, unknown: [] });
    this.#write({ kind: 'policy', at: this.#at, ...policy });
    for (let agent = 0; agent < AGENTS; agent += 1) this.#grant(agent);
    while (this.#seq < this.#wanted) this.#session();
    this.#flush();
    fs.closeSync(this.#fd);
    return { records: this.#seq, bytes: this.#bytes, segments: this.#segments, samples: this.#samples };
  }

  #grant(agent: number): void {
    const expiresAt = START + 365 * 86_400_000;
    const whose = {
      agent: `refunds-${agent}` as AgentId,
      grant: `grant_${agent}` as GrantId,
      tokenHash: `${agent}`.padStart(64, '0'),
    };
    this.#write({
      kind: 'grant',
      at: this.#at,
      ...whose,
      task: 'refund late orders',
      environment: 'prod',
      routes: null,
      expiresAt,
      parent: null,
      by: 'ann',
    });
  }

  #session(): void {
    const agent = this.#random.below(AGENTS);
    const customer = `cus_${this.#id(this.#wanted >> 5)}`;
    const charge = `ch_${this.#id(this.#wanted >> 3)}`;
    const session = `run_${(this.#sessions += 1).toString(36).padStart(6, '0')}`;
    const size = 1 + this.#random.below(2 * SESSION_CALLS - 1);
    let call = '';
    for (let index = 0; index < size && this.#seq < this.#wanted; index += 1) {
      this.#at += Math.ceil(this.#random.next() * 2 * this.#stepMs);
      call = this.#call(agent, session, customer, charge);
    }
    if (this.#random.below(12) === 0)
      this.#write({
        kind: 'note',
        at: this.#at,
        agent: `refunds-${agent}` as AgentId,
        grant: `grant_${agent}` as GrantId,
        session,
        call: call as CallId,
        text: `Refunded ${charge} because the parcel of ${customer} was late.`,
      });
    const every = Math.max(1, Math.floor(this.#wanted / (SESSION_CALLS * 2) / SAMPLES));
    if (call !== '' && this.#sessions % every === 0)
      this.#samples.push({ call, charge, customer, session, agent: `refunds-${agent}` });
  }

  #call(agent: number, session: string, customer: string, charge: string): string {
    const route = WEIGHTS[this.#random.below(WEIGHTS.length)] as Route;
    const call = `call_${(0x5eed * 2 ** 20 + (this.#calls += 1)).toString(36)}`;
    const cents = 500 + this.#random.below(40_000);
    const order = `ord_${this.#id(this.#wanted >> 4)}`;
    const isDenied = this.#random.below(100) < 3;
    this.#write(
      callEntry({
        at: this.#at,
        call,
        agent,
        session,
        route,
        customer,
        charge,
        order,
        cents,
        isDenied,
        random: this.#random,
      }),
    );
    // One of a thousand never ends: a crash, or it still runs.
    if (!isDenied && this.#random.below(1000) > 0) this.#end(call, route, customer, charge, order, cents);
    return call;
  }

  #end(call: string, route: Route, customer: string, charge: string, order: string, cents: number): void {
    const durationMs = Math.ceil(8 - 40 * Math.log(1 - this.#random.next()));
    const fails = this.#random.below(200) === 0;
    const answer = fails
      ? '{"error":{"code":"timeout"}}'
      : answerOf(route, customer, charge, order, cents, this.#random);
    this.#at += 1;
    this.#write({
      kind: 'outcome',
      at: this.#at,
      call: call as CallId,
      effectiveness: fails ? 'unknown' : 'effective',
      status: fails ? 504 : 200,
      failure: null,
      durationMs,
      contentType: 'application/json',
      answer,
      answerBytes: answer.length,
      facts: { latencyMs: durationMs },
    });
  }

  #id(among: number): string {
    return (0x1000000 + this.#random.below(Math.max(1, among)) * 2654435761).toString(36).padStart(9, '0');
  }

  #write(entry: Entry): void {
    const { hash, line } = seal(this.#hash, this.#seq + 1, entry, this.#seq % 20 === 0);
    const bytes = Buffer.byteLength(line);
    if (this.#fd === -1 || this.#segmentBytes + bytes > SEGMENT_BYTES_MAX) this.#rotate();
    this.#seq += 1;
    this.#hash = hash;
    this.#segmentBytes += bytes;
    this.#bytes += bytes;
    this.#pending.push(line);
    this.#pendingBytes += bytes;
    if (this.#pendingBytes > WRITE_BYTES) this.#flush();
  }

  #rotate(): void {
    this.#flush();
    if (this.#fd !== -1) fs.closeSync(this.#fd);
    this.#fd = fs.openSync(path.join(this.#dir, segmentOf(this.#seq + 1, 1).name), 'wx');
    this.#segmentBytes = 0;
    this.#segments += 1;
  }

  #flush(): void {
    if (this.#pendingBytes > 0) fs.writeFileSync(this.#fd, this.#pending.join(''));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

interface CallFacts {
  readonly at: number;
  readonly call: string;
  readonly agent: number;
  readonly session: string;
  readonly route: Route;
  readonly customer: string;
  readonly charge: string;
  readonly order: string;
  readonly cents: number;
  readonly isDenied: boolean;
  readonly random: Prng;
}

function callEntry({
  at,
  call,
  agent,
  session,
  route,
  customer,
  charge,
  order,
  cents,
  isDenied,
  random,
}: CallFacts): Entry {
  const { name, effect } = route;
  const isRead = effect === 'read';
  const about = name.includes('order')
    ? `order:${order}`
    : name.includes('customer') || name.includes('letter')
      ? `customer:${customer}`
      : `charge:${charge}`;
  const id = about.slice(about.indexOf(':') + 1);
  const who = `refunds-${agent}`;
  const body = isRead
    ? null
    : JSON.stringify({ charge, amount: cents, reason: 'requested_by_customer', metadata: { order, customer } });
  const finding = {
    guard: 'rate',
    rule: `${who}.rates[0]` as never,
    verdict: 'deny',
    reason: 'rate_exceeded',
    observed: '101',
    limit: '100 per 1h',
    retryable: 'after',
    retryAt: at + 60_000,
    hint: 'Wait a minute.',
  } as const;
  return {
    kind: 'call',
    at,
    call: call as CallId,
    agent: who as AgentId,
    grant: `grant_${agent}` as GrantId,
    task: `refund late orders, batch ${random.below(500)}`,
    session,
    stage: 'production',
    route: name as RouteId,
    effect,
    upstream: name.includes('order') ? 'shop' : 'payments',
    method: isRead ? 'GET' : 'POST',
    target: isRead ? `/v1/${about.slice(0, about.indexOf(':'))}s/${id}?expand=customer` : `/v1/${name}`,
    headers: { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'refunds/1.4' },
    body,
    facts: {
      subject: about,
      amount: effect === 'money' ? { micros: String(cents * 10_000), currency: 'USD' } : null,
      items: null,
      fingerprint: (random.next() * 2 ** 52).toString(16).padStart(16, '0'),
      granted: true,
      conditions: {},
    },
    verdict: isDenied ? 'deny' : 'allow',
    findings: [
      'freeze freeze',
      `scope ${who}.allow[0]`,
      `stage ${who}.stage`,
      isDenied ? finding : `rate ${who}.rates[0]`,
      ...(effect === 'money' ? [`budget ${who}.budgets[0]`, `once ${who}.once[0]`] : []),
    ],
    trips: [],
  };
}

function answerOf(
  { name }: Route,
  customer: string,
  charge: string,
  order: string,
  cents: number,
  random: Prng,
): string {
  const one = {
    id: charge,
    object: 'charge',
    amount: cents,
    currency: 'usd',
    customer,
    paid: true,
    refunded: false,
    created: 1_790_000_000 + random.below(9_999_999),
  };
  if (name === 'list_charges')
    return JSON.stringify({
      object: 'list',
      data: [one, { ...one, id: `ch_${random.below(2 ** 30).toString(36)}` }],
      has_more: false,
    });
  if (name.includes('order')) return JSON.stringify({ id: order, customer, charge, status: 'delivered', total: cents });
  if (name === 'get_customer')
    return JSON.stringify({ id: customer, name: `Customer ${customer}`, email: `${customer}@example.com`, balance: 0 });
  return JSON.stringify(
    name === 'create_refund'
      ? { id: `re_${random.below(2 ** 30).toString(36)}`, charge, amount: cents, status: 'succeeded' }
      : one,
  );
}
