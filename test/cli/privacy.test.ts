import { createDecipheriv, hash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { foldJournal, readJournal, redecide, revealed, verifyJournal, type Recorded } from '../../src/journal/index.ts';
import { loadRecorded, readPolicy } from '../../src/policy/index.ts';
import { privacyPolicy } from './privacy-policy.ts';
import { interlock, serve, site, token, type Served, type Site } from './served.ts';
import { filesIn, tracesIn, tracesOf } from './traces.ts';

/** What the upstream knows of a customer, and what must stand nowhere else. */
interface Person {
  readonly id: string;
  readonly charge: string;
  readonly email: string;
  readonly name: string;
  readonly phone: string;
  readonly iban: string;
  readonly street: string;
}

const anna: Person = {
  id: 'cus_A1',
  charge: 'ch_1',
  email: 'Anna.Muster+7@example.com',
  name: 'Anna "Änne" Mustermänn',
  phone: '+49 170 5550001',
  iban: 'DE89370400440532013000',
  street: 'Kirschblütenweg 17',
};
const bob: Person = {
  id: 'cus_B2',
  charge: 'ch_2',
  email: 'bob@example.org',
  name: "Bob O'Brien",
  phone: '+1 212 5550002',
  iban: 'GB29NWBK60161331926819',
  street: '42 Elm / Side Street',
};
const cleo: Person = {
  id: 'cus_C3',
  charge: 'ch_3',
  email: 'cleo@example.net',
  name: 'Cleo Clementine',
  phone: '+33 1 5550003',
  iban: 'FR1420041010050500013M02606',
  street: 'Rue des Acacias 3',
};
const people = [anna, bob, cleo];
const valuesOf = ({ email, name, phone, iban, street }: Person): readonly string[] => [
  email,
  name,
  phone,
  iban,
  street,
];
const everyone = people.flatMap(valuesOf);

let shop: Server;
let origin: URL;
/** What truly reached the upstream. */
const received: string[] = [];
const outputs: string[] = [];
let where: Site;
let served: Served;
let bearer: string;
const calls: Record<string, string> = {};
/** A copy of everything before anybody was erased. */
const before = mkdtempSync(path.join(tmpdir(), 'interlock-before-'));

function answerTo(url: URL): object {
  const [, , collection = '', id = ''] = url.pathname.split('/');
  const one = people.find(({ charge, id: customer }) => charge === id || customer === id) ?? anna;
  const { id: customer, email, name, iban, street } = one;
  if (collection === 'charges') return { id, customer, refunded: false, billing: { email, name: `Mx ${name}` } };
  if (collection === 'customers')
    return { data: people.map((each) => ({ id: each.id, name: each.name, email: each.email })) };
  if (collection === 'vendors') return { customer, iban, holder: name, street };
  return { id: `x_${received.length}`, status: 'done' };
}

async function call(
  name: string,
  method: string,
  target: string,
  body?: string | object,
  headers = {},
): Promise<number> {
  const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json';
  const response = await fetch(`${served.door}/shop${target}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, ...(body !== undefined && { 'content-type': type }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  calls[name] = response.headers.get('interlock-call') ?? '';
  told[name] = await response.text();
  return response.status;
}
/** What the agent was told. */
const told: Record<string, string> = {};

const refund = ({ charge, id, email, phone }: Person): string =>
  new URLSearchParams({ charge, customer: id, amount: '2500', email, 'metadata[phone]': phone }).toString();

async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await interlock(...args, '--data', where.data);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  outputs.push(stdout, stderr);
  return stdout;
}

async function start(): Promise<void> {
  served = await serve(where);
  served.child.stdout?.on('data', (chunk) => outputs.push(String(chunk)));
}

async function stop(): Promise<void> {
  await served.end('SIGTERM');
  outputs.push(served.stderr());
}

beforeAll(async () => {
  shop = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      received.push(`${request.method} ${request.url}\n${String(request.headers['x-name'])}\n${text}`);
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify(answerTo(new URL(request.url ?? '', origin))));
    });
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  origin = new URL(`http://127.0.0.1:${(shop.address() as AddressInfo).port}`);
  where = site(privacyPolicy(origin));
  await start();
  bearer = await token(where, 'clerk', '--value', `payee=${cleo.iban}`);

  for (const one of people) {
    const { id, charge, email, name, phone, iban, street } = one;
    expect(await call(`early ${id}`, 'POST', '/v1/refunds', refund(one))).toBe(412);
    expect(await call(`read ${id}`, 'GET', `/v1/charges/${charge}`)).toBe(200);
    expect(await call(`find ${id}`, 'GET', `/v1/customers?email=${encodeURIComponent(email)}&limit=3`)).toBe(200);
    expect(await call(`refund ${id}`, 'POST', '/v1/refunds', refund(one))).toBe(200);
    expect(await call(`again ${id}`, 'POST', '/v1/refunds', refund(one))).toBe(409);
    expect(await call(`letter ${id}`, 'POST', '/v1/letters', { customer: id, to: name, street, phone })).toBe(202);
    const mailbox = `/v1/mailboxes/${encodeURIComponent(email)}`;
    const owner = { 'x-customer': id, 'x-name': encodeURIComponent(name) };
    expect(await call(`forget ${id}`, 'DELETE', mailbox, undefined, owner)).toBe(200);
    const shouted = `/v1/mailboxes/${encodeURIComponent(email.toUpperCase())}`;
    expect(await call(`forget again ${id}`, 'DELETE', shouted, undefined, owner)).toBe(409);
    const payout = { customer: id, amount: 100, iban };
    expect(await call(`pay unknown ${id}`, 'POST', '/v1/payouts', payout)).toBe(one === cleo ? 200 : 202);
    expect(await call(`vendor ${id}`, 'GET', `/v1/vendors/${id}`)).toBe(200);
    expect(await call(`pay ${id}`, 'POST', '/v1/payouts', { ...payout, amount: 200 })).toBe(200);
    // What is no call of the policy, and what is no call at all.
    expect(await call(`unrouted ${id}`, 'PUT', mailbox, { name, phone })).toBe(403);
    expect(await call(`broken ${id}`, 'POST', '/v1/letters', `{"name":"${name}`)).toBe(400);
    const stranger = await fetch(`${served.door}/shop${mailbox}?phone=${phone}`);
    expect(stranger.status).toBe(401);
    const note = { text: `${name} (${email}) wants her money at ${iban}`, call: calls[`refund ${id}`] };
    expect(await local('/.interlock/notes', note)).toBe(201);
    expect(await local('/.interlock/notes', { text: `Also ${phone}, and the street is ${street}` })).toBe(201);
    expect(await local('/.interlock/notes', { text: `My token is ${bearer}` })).toBe(400);
  }
  outputs.push(
    await (await fetch(`${served.control}/v1/status`, { headers: { authorization: `Bearer ${admin()}` } })).text(),
  );
}, 60_000);

afterAll(async () => {
  await served.end('SIGKILL');
  shop.close();
});

async function local(target: string, body: object): Promise<number> {
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
  const response = await fetch(served.door + target, { method: 'POST', headers, body: JSON.stringify(body) });
  await response.text();
  return response.status;
}

function admin(): string {
  return (JSON.parse(readFileSync(path.join(where.data, 'control.json'), 'utf8')) as { token: string }).token;
}

/** What was sealed a moment ago is in the vault's files by the time a command has run. */
async function settled(): Promise<void> {
  await run('status', '--policy', where.policy);
}

function records(): readonly Recorded[] {
  return [...readJournal(where.data, { tail: 'live' })];
}

/** Whatever bytes of the data directory could be a key, tried on every box of a copy made before. */
function opened(): string {
  const keys = filesIn(where.data)
    .flatMap((file) => readFileSync(file, 'latin1').match(/[A-Za-z0-9+/]{43}=/g) ?? [])
    .map((key) => Buffer.from(key, 'base64'));
  const texts: string[] = [];
  for (const file of filesIn(path.join(before, 'vault/values'))) {
    for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
      const { sealed, box } = JSON.parse(line) as { sealed: string; box: string };
      const bytes = Buffer.from(box, 'base64');
      for (const key of keys) {
        try {
          const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(sealed));
          cipher.setAuthTag(bytes.subarray(-16));
          texts.push(Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()]).toString('latin1'));
        } catch {
          // Not by this key.
        }
      }
    }
  }
  return texts.join('\n');
}

/** What the journal has of a call, for whoever may read it. */
function shown(call: string): string {
  return JSON.stringify(
    revealed(where.data, { records: records().filter((one) => 'call' in one && one.call === call) }),
  );
}

/** `audit verify` and `audit redecide` say what they said before. */
async function demandProof(noted: { seq: number; hash: string }): Promise<void> {
  expect(await verifyJournal(where.data, { expect: noted })).toMatchObject({ ok: true });
  const policyOf = (recorded: Parameters<typeof loadRecorded>[0]) => {
    const loaded = loadRecorded(recorded);
    if (!loaded.ok) throw new Error('the recorded policy is sound');
    return loaded.value.policy;
  };
  const { calls: decided, differences } = redecide(where.data, policyOf);
  expect(decided).toBeGreaterThan(30);
  expect(differences).toEqual([]);
}

describe('personal data, from the first call to the last copy', { timeout: 60_000 }, () => {
  test('I9: the upstream received what the agents sent, to the letter', () => {
    const all = received.join('\n');
    for (const one of people) {
      expect(all).toContain(`POST /v1/refunds\nundefined\n${refund(one)}`);
      expect(all).toContain(`DELETE /v1/mailboxes/${encodeURIComponent(one.email)}\n${encodeURIComponent(one.name)}`);
      expect(all).toContain(`GET /v1/customers?email=${encodeURIComponent(one.email)}&limit=3`);
    }
    expect(all.match(/POST \/v1\/refunds/g)).toHaveLength(people.length);
  });

  test('agents are told of their own data in their own words', () => {
    expect(told[`forget again ${anna.id}`]).toContain(anna.email.toUpperCase());
    expect(told[`pay unknown ${bob.id}`]).toContain(bob.iban);
    expect(Object.values(told).join('\n')).not.toMatch(/pseudonym_|sealed_/);
  });

  test('stands in no file of the data directory in clear, nor in what door and commands print', async () => {
    await run('status', '--policy', where.policy);
    expect(tracesIn(where.data, [...everyone, bearer])).toEqual([]);
    expect(tracesOf([...outputs, served.stderr()].join('\n'), [...everyone, bearer])).toEqual([]);
    // The look finds what is there.
    expect(tracesIn(where.data, ['clerk', anna.charge]).length).toBeGreaterThan(1);
  });

  test('no guess at a call can be tested against its fingerprint', () => {
    // As a call without personal data has it.
    const guess = hash('sha256', `POST shop /v1/refunds\n${refund(anna)}`, 'hex').slice(0, 32);
    const its = records().find((one) => one.kind === 'call' && one.call === calls[`refund ${anna.id}`]);
    expect(its?.kind === 'call' && its.facts.fingerprint).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.stringify(records())).not.toContain(guess);
  });

  test('people who may see it see it: who approves, and who audits', async () => {
    const held = await interlock('holds', '--call', calls[`letter ${anna.id}`]!, '--data', where.data);
    expect(held.stdout).toContain(anna.street);
    expect(held.stdout).toContain('Mustermänn');
    const payout = await interlock('holds', '--call', calls[`pay unknown ${bob.id}`]!, '--data', where.data);
    expect(payout.stdout).toContain(`it is ${bob.iban}`);
    const { stdout } = await interlock('audit', 'show', calls[`refund ${anna.id}`]!, '--json', '--data', where.data);
    const audited = JSON.parse(stdout) as { records: { kind: string; body?: string; text?: string }[] };
    expect(audited.records.map(({ kind }) => kind)).toEqual(['call', 'outcome', 'note']);
    expect(audited.records[0]?.body).toBe(refund(anna));
    expect(audited.records[2]?.text).toBe(`${anna.name} (${anna.email}) wants her money at ${anna.iban}`);
    const read = JSON.parse(shown(calls[`read ${anna.id}`]!)) as { records: { answer?: string }[] };
    const answer = read.records[1]?.answer;
    expect(answer).toBe(JSON.stringify(answerTo(new URL(`/v1/charges/${anna.charge}`, origin))));
  });

  test('is erased for one person while the door runs, and for nobody else', async () => {
    cpSync(where.data, before, { recursive: true });
    expect(tracesOf(opened(), valuesOf(anna)).length).toBeGreaterThan(4);
    const { seq, hash } = records().at(-1)!;
    const told = ['--by', 'dora', '--policy', where.policy, '--json'];
    const named = valuesOf(anna).flatMap((value) => ['--mentioning', value]);
    const erased = JSON.parse(await run('audit', 'erase', `customer:${anna.id}`, ...named, ...told)) as object;
    expect(erased).toEqual({ keys: expect.any(Number), values: expect.any(Number), others: 0 });
    expect(records().at(-1)).toMatchObject({ kind: 'erase', by: 'dora', reason: 'asked for' });

    const left = opened();
    expect(tracesOf(left, valuesOf(anna))).toEqual([]);
    for (const other of [bob, cleo]) expect(tracesOf(left, valuesOf(other)).length).toBeGreaterThan(4);
    const found = shown(calls[`find ${bob.id}`]!);
    expect(found).toContain('[erased]');
    expect(found).toContain(cleo.name);
    expect(found).not.toContain('Mustermänn');
    const held = await interlock('holds', '--call', calls[`letter ${anna.id}`]!, '--data', where.data);
    expect(held.stdout).toContain('[erased]');

    expect(tracesIn(where.data, everyone)).toEqual([]);
    // Not one byte of what was journalled before has changed.
    await demandProof({ seq, hash });
  });

  test('what was done stays done after an erasure, a restart and a fold of the whole journal', async () => {
    const again = async (): Promise<void> => {
      expect(await call('again', 'POST', '/v1/refunds', refund(anna))).toBe(409);
      const mailbox = `/v1/mailboxes/${encodeURIComponent(anna.email.toUpperCase())}`;
      expect(await call('again', 'DELETE', mailbox, undefined, { 'x-customer': anna.id })).toBe(409);
      expect(await call('again', 'POST', '/v1/payouts', { customer: anna.id, amount: 300, iban: anna.iban })).toBe(200);
    };
    await again();
    await stop();
    const policy = await readPolicy(where.policy);
    if (!policy.ok) throw new Error('the policy is sound');
    const whole = foldJournal(policy.value.policy, records());
    const snapshot = filesIn(path.join(where.data, 'snapshots')).at(-1) ?? '';
    const { engine } = JSON.parse(readFileSync(snapshot, 'utf8').split('\n')[1] ?? '') as { engine: unknown };
    expect(JSON.parse(JSON.stringify(whole.engine.save()))).toEqual(engine);
    await start();
    await again();
    expect(tracesIn(where.data, everyone)).toEqual([]);
  });

  test('a question about a call is answered by what happened, without a trace', async () => {
    const line = `DELETE /v1/mailboxes/${encodeURIComponent(bob.email)}`;
    const asked = await interlock('check', where.policy, '--explain', line, '--data', where.data);
    expect(asked.stdout).toContain('already_done');
    expect(asked.stdout).toContain(bob.email);
    expect(tracesIn(where.data, everyone)).toEqual([]);
  });

  test('whoever comes back after an erasure begins anew', async () => {
    expect(await call('anew', 'GET', `/v1/charges/${anna.charge}`)).toBe(200);
    await settled();
    expect(shown(calls['anew']!)).toContain('Mustermänn');
    expect(shown(calls[`read ${anna.id}`]!)).toContain('[erased]');
  });

  test('is erased where no door runs, and erasing again does no harm', async () => {
    await stop();
    const erase = (): Promise<string> =>
      run('audit', 'erase', ` Customer:${bob.id.toLowerCase()}`, ...named, '--by', 'dora', '--policy', where.policy);
    const named = valuesOf(bob).flatMap((value) => ['--mentioning', value]);
    expect(await erase()).toContain('Erased');
    expect(await erase()).toContain('Nothing was kept under ` Customer:');
    expect(tracesOf(opened(), valuesOf(bob))).toEqual([]);
    expect(tracesOf(opened(), valuesOf(cleo)).length).toBeGreaterThan(4);
    const { seq, hash } = records().at(-1)!;
    await demandProof({ seq, hash });
    expect(tracesIn(where.data, everyone)).toEqual([]);
    expect(tracesOf(outputs.join('\n'), everyone)).toEqual([]);
  });
});
