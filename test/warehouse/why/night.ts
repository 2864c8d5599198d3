import { cpSync, mkdtempSync } from 'node:fs';
import { setTimeout as sleepMs } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Link } from '../../../src/door/flight/link.ts';
import { openDoor, type OpenDoor } from '../../../src/door/open.ts';
import { undiciTransport } from '../../../src/door/transports/undici.ts';
import { readJournal } from '../../../src/journal/index.ts';
import type { Channel, Delivery } from '../../../src/notify/index.ts';
import { Pager } from '../../../src/notify/pager.ts';
import { loadPolicy, type LoadedPolicy } from '../../../src/policy/index.ts';
import { prng } from '../../../src/std/prng.ts';
import { nightBusiness } from './business.ts';
import { StillMachine } from './machine.ts';
import { NIGHT_POLICY } from './night-policy.ts';

const KEY = 'the_only_key';
const HOUR_MS = 3_600_000;
const at = (time: string): number => Date.parse(`2026-11-27T${time}Z`);

/** A refused call, a held one, the charge that a customer asks about: what the tests ask for. */
export interface Night {
  /** The data directory, as a door left it that crashed and was started again. */
  readonly dir: string;
  readonly calls: Readonly<Record<'held' | 'refund' | 'charge' | 'stale' | 'payout' | 'broke' | 'crashed', string>>;
}

/**
 * One bad night, at a real door with a time of its own: two agents at work on one customer, a hold that ana approves, a
 * charge of 500 USD, a write on nothing read, a payee out of a letter, a budget used up, a freeze, pages that fail first, a
 * resume, and a crash with a call under way. The same bytes every time.
 */
export async function plantNight(): Promise<Night> {
  const machine = new StillMachine(at('02:00:00'));
  const business = await nightBusiness();
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-why-'));
  const first = path.join(dir, 'first');
  const left = path.join(dir, 'data');
  const hands = new Hands(machine, await doorOn(first, machine, business.origin));
  try {
    const calls = await actOut(hands);
    // The crash: what lies on the disk at this moment is all that the next door finds.
    cpSync(first, left, { recursive: true, filter: (file) => !file.includes(`${path.sep}lock`) });
    machine.to(at('02:48:00'));
    const next = await doorOn(left, machine, business.origin);
    await next.door.close(0);
    return { dir: left, calls };
  } finally {
    await business.close();
    await hands.open.pager.close();
    await hands.open.door.close(0);
  }
}

interface Opened {
  readonly door: OpenDoor;
  readonly pager: Pager;
}

async function doorOn(dir: string, machine: StillMachine, origin: URL): Promise<Opened> {
  const policy = nightPolicy();
  const transport = undiciTransport(origin, [...policy.upstreams.values()][0]!.limits, {
    network: 'loopback',
    secrets: [KEY],
  });
  const link = (): Link => ({
    transport,
    headers: ['host', origin.host, 'authorization', `Bearer ${KEY}`],
    basePath: '',
    secrets: [KEY],
  });
  const door = await openDoor({
    policy,
    dir,
    port: 0,
    startsAt: machine.now,
    link,
    machine: machine.machine(),
    reserveBytes: 0,
    onFailure: (error) => {
      throw error;
    },
  });
  const { outbox, journal, clock } = door;
  const parts = {
    outbox,
    journal,
    channels: channels(),
    site: { policy: 'interlock.yaml', data: '/srv/interlock', environment: 'production' },
    clock,
    timers: machine.timers(),
    random: prng(1),
    onFault: (error: unknown) => {
      throw error;
    },
  };
  const pager = new Pager(parts);
  pager.start();
  return { door, pager };
}

function nightPolicy(): LoadedPolicy {
  const loaded = loadPolicy(NIGHT_POLICY, 'interlock.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 2));
  return loaded.value;
}

/** PagerDuty is down for its first two attempts. */
function channels(): readonly Channel[] {
  let failures = 2;
  const sent: Delivery = { kind: 'sent', status: 202 };
  const failed: Delivery = { kind: 'failed', status: 503, detail: 'answered 503', retryAfterMs: null };
  const channel = (name: string, on: Channel['on'], send: () => Delivery): Channel => ({
    name,
    on,
    send: () => Promise.resolve(send()),
    close: () => Promise.resolve(),
  });
  return [
    channel('pagerduty:PD_ROUTING_KEY', ['freeze', 'resume'], () => ((failures -= 1) >= 0 ? failed : sent)),
    channel('slack:SLACK_WEBHOOK_URL', ['freeze', 'hold'], () => sent),
  ];
}

/** What agents and people do at a door, each thing at its time. */
class Hands {
  readonly #machine: StillMachine;
  readonly open: Opened;

  constructor(machine: StillMachine, open: Opened) {
    this.#machine = machine;
    this.open = open;
  }

  async grant(
    time: string,
    agent: string,
    task: string,
    by: string,
    more: { values?: Record<string, string[]>; parent?: string; routes?: string[] } = {},
  ): Promise<{ readonly id: string; readonly token: string }> {
    this.#machine.to(at(time));
    const { values, parent = null, routes = null } = more;
    const made = await this.open.door.operations.createGrant({
      agent,
      task,
      expiresMs: (parent === null ? 4 : 3) * HOUR_MS,
      routes,
      values,
      parent,
      by,
    });
    if (!made.ok) throw new Error(made.failure.message);
    return { id: made.value.grant.id, token: made.value.token };
  }

  /** Gives the call's id. */
  async ask(time: string, token: string, session: string, request: string, body?: object): Promise<string> {
    this.#machine.to(at(time));
    const [method = '', target = ''] = request.split(' ');
    const headers = {
      authorization: `Bearer ${token}`,
      'interlock-session': session,
      'content-type': 'application/json',
    };
    const response = await fetch(this.open.door.url + target, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    // The outcome is recorded once the answer has left.
    await this.#quiet();
    return response.headers.get('interlock-call') ?? '';
  }

  /** Sends it, and does not wait for an answer: none will come. */
  async send(time: string, token: string, session: string, target: string, body: object): Promise<void> {
    this.#machine.to(at(time));
    const headers = {
      authorization: `Bearer ${token}`,
      'interlock-session': session,
      'content-type': 'application/json',
    };
    void fetch(this.open.door.url + target, { method: 'POST', headers, body: JSON.stringify(body) }).catch(
      () => undefined,
    );
    await this.#quiet();
  }

  async pass(time: string): Promise<void> {
    this.#machine.to(at(time));
    await this.#quiet();
  }

  /** Until nothing more is written: the outcome of what was answered, a page that left. */
  async #quiet(): Promise<void> {
    const { log } = this.open.door;
    for (let still = 0, seq = log.head.seq; still < 8;) {
      await sleepMs(1);
      await log.durable();
      still = log.head.seq === seq ? still + 1 : 0;
      seq = log.head.seq;
    }
  }
}

async function actOut(hands: Hands): Promise<Night['calls']> {
  const { operations } = hands.open.door;
  const refunds = await hands.grant('02:10:00.000', 'refunds-bot', 'ticket-4711', 'human:ana');
  const renewals = await hands.grant('02:10:40.000', 'billing-bot', 'renewals of November', 'human:ben', {
    values: { plan: ['plan_team', 'plan_solo'] },
  });
  const narrowed = await hands.grant('02:10:41.000', 'billing-bot', 'renewals of November', 'human:ben', {
    parent: renewals.id,
    values: { plan: ['plan_team'] },
  });

  // A customer wants 150 USD back; it takes a human to say yes.
  await hands.ask('02:13:58.120', refunds.token, 'night-1', 'GET /helpdesk/tickets/4711');
  await hands.ask('02:14:02.440', refunds.token, 'night-1', 'GET /payments/v1/charges/ch_2');
  await hands.ask('02:14:04.010', refunds.token, 'night-1', 'POST /.interlock/notes', {
    text: 'Two broken parcels. The ticket asks for 150.00 of the 500.00 USD; that is fair.',
  });
  const refund = { charge: 'ch_2', amount: 15_000, reason: 'requested_by_customer' };
  const held = await hands.ask('02:14:05.300', refunds.token, 'night-1', 'POST /payments/v1/refunds', refund);
  await hands.pass('02:16:39.000');
  await operations.approve(held, 'ana', 'spoke to her');
  await hands.ask('02:16:41.000', refunds.token, 'night-1', 'GET /payments/v1/charges/ch_2');
  const refunded = await hands.ask('02:16:44.070', refunds.token, 'night-1', 'POST /payments/v1/refunds', refund);

  // The same customer's plan is renewed by another agent.
  await hands.ask('02:17:03.000', narrowed.token, 'renewals-7', 'GET /payments/v1/subscriptions/sub_7');
  await hands.ask('02:17:04.200', narrowed.token, 'renewals-7', 'POST /.interlock/notes', {
    text: 'sub_7 is past due since 1 Nov; charging the yearly price of its plan.',
  });
  const charge = await hands.ask('02:17:06.900', narrowed.token, 'renewals-7', 'POST /payments/v1/charges', {
    customer: 'cus_9',
    amount: 50_000,
    currency: 'usd',
    description: 'Team, yearly',
    metadata: { plan: 'plan_team', subscription: 'sub_7' },
  });

  // A write on something it never looked at; it looks, and is let through.
  const stale = await hands.ask('02:20:00.000', refunds.token, 'night-1', 'POST /payments/v1/refunds', {
    charge: 'ch_3',
    amount: 4_000,
  });
  await hands.ask('02:20:02.000', refunds.token, 'night-1', 'GET /payments/v1/charges/ch_3');
  await hands.ask('02:20:05.000', refunds.token, 'night-1', 'POST /payments/v1/refunds', {
    charge: 'ch_3',
    amount: 4_000,
  });

  // A letter tells an agent to pay somebody else.
  const payables = await hands.grant('02:22:00.000', 'payables-bot', 'invoices', 'human:ben');
  await hands.ask('02:22:10.000', payables.token, 'payables-1', 'GET /payments/v1/invoices/inv_3');
  await hands.ask('02:22:11.000', payables.token, 'payables-1', 'GET /payments/v1/vendors/vendor_5');
  const payout = await hands.ask('02:22:13.000', payables.token, 'payables-1', 'POST /payments/v1/payouts', {
    invoice: 'inv_3',
    destination: 'acct_mule_77',
    amount: 33_758,
  });
  await hands.pass('02:24:30.000');
  await operations.reject(payout, 'ben', 'not the account in our vendor file');

  // The budget is used up: the agent stops, and people are told.
  await hands.ask('02:25:00.000', refunds.token, 'night-1', 'GET /payments/v1/charges/ch_4');
  const large = { charge: 'ch_4', amount: 39_900 };
  const second = await hands.ask('02:25:02.000', refunds.token, 'night-1', 'POST /payments/v1/refunds', large);
  const broke = second;
  for (const time of ['02:25:03.000', '02:25:06.000', '02:25:12.000', '02:25:30.000']) await hands.pass(time);
  await hands.ask('02:25:40.000', refunds.token, 'night-1', 'GET /payments/v1/charges/ch_4');
  await hands.pass('02:41:10.000');
  await operations.resume('refunds-bot', 'budget raised for today; ch_4 goes to the day shift', 'dora');
  await hands.pass('02:41:11.000');

  // The machine dies while a charge is under way.
  await hands.ask('02:46:00.000', narrowed.token, 'renewals-8', 'GET /payments/v1/subscriptions/sub_8');
  await hands.send('02:46:02.000', narrowed.token, 'renewals-8', '/payments/v1/charges', {
    customer: 'cus_13',
    amount: 2_000,
    currency: 'usd',
  });
  const crashed = await lastCall(hands);
  return { held, refund: refunded, charge, stale, payout, broke, crashed };
}

async function lastCall(hands: Hands): Promise<string> {
  await hands.open.door.log.durable();
  return [...hands.open.door.engine.open()].at(-1)?.id ?? '';
}

/** What the night's journal holds. */
export const recordsOfNight = (dir: string) => [...readJournal(dir, { tail: 'live' })];
