import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import * as https from 'node:https';
import * as net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tls from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJournal, type Recorded } from '../../../src/journal/index.ts';
import { interlock, refundsPolicy, serve, site, token, type Served, type Site } from '../../cli/served.ts';
import { answer, rawUpstream, type RawUpstream } from '../raw-upstream.ts';
import type { Identity } from '../transports/identities.ts';
import { authority } from './certificates.ts';

// A real `interlock serve --tls-cert … --client-ca …`, and real clients.

const doors = authority('the doors');
const agents = authority('the agents');
const strangers = authority('strangers');
/** The beginning of a ClientHello, and no more of it. */
const HALF_A_HANDSHAKE = Buffer.from('16030100ff010000fb0303', 'hex');
const DOOR_NAMES = ['localhost', '127.0.0.1'];
const ours = agents.issue('refunds-bot');
const colleague = agents.issue('another agent');
const unknown = strangers.issue('refunds-bot');
const expired = agents.issue('refunds-bot', { from: new Date(1e12), to: new Date(Date.now() - 60_000) });

const dir = mkdtempSync(path.join(tmpdir(), 'interlock-tls-'));
const file = (name: string, text: string): string => {
  const at = path.join(dir, name);
  writeFileSync(at, text, { mode: 0o600 });
  return at;
};
const files = {
  cert: path.join(dir, 'door.pem'),
  key: path.join(dir, 'door.key'),
  doors: file('doors.pem', doors.cert),
  agents: file('agents.pem', agents.cert),
  ours: file('ours.pem', ours.cert),
  oursKey: file('ours.key', ours.key),
};
const show = (identity: Identity): void => {
  writeFileSync(files.cert, identity.cert);
  writeFileSync(files.key, identity.key, { mode: 0o600 });
};

let upstream: RawUpstream;
let where: Site;
let served: Served;
/** Good with any certificate of the agents' authority. */
let loose: string;
/** Good with `ours` alone. */
let bound: string;

beforeAll(async () => {
  show(doors.issue('door', { names: DOOR_NAMES }));
  upstream = await rawUpstream((_, wire) => wire.send(answer(200, { 'Content-Type': 'application/json' }, '{}')));
  where = site(refundsPolicy(upstream.origin, 'budgets: [{ max: 500 USD, per: day, timezone: UTC }]'));
  served = await serve(where, '--tls-cert', files.cert, '--tls-key', files.key, '--client-ca', files.agents);
  loose = await token(where, 'refunds-bot');
  bound = await token(where, 'refunds-bot', '--certificate', files.ours);
}, 20_000);
afterAll(async () => {
  await served.end('SIGKILL');
  await upstream.close();
});

const address = (): URL => new URL(`${served.door}/payments/v1/charges/ch_1`);

const refusals = (): Recorded[] =>
  [...readJournal(where.data, { tail: 'live' })].filter(({ kind }) => kind === 'refusal');

interface Got {
  readonly status: number;
  readonly body: string;
}

/** One request on a connection of its own, or by `agent`; rejects with the TLS error. */
function get(identity: Identity | undefined, bearer: string, more: https.RequestOptions = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const shown = identity === undefined ? {} : { cert: identity.cert, key: identity.key };
    const options = { ca: doors.cert, agent: false, headers: { authorization: `Bearer ${bearer}` }, ...shown, ...more };
    const request = https.get(address(), options, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

async function unchanged<Value>(during: () => Promise<Value>): Promise<Value> {
  const before = upstream.requests.length;
  const value = await during();
  expect(upstream.requests.length).toBe(before);
  return value;
}

describe('a door that speaks TLS and asks for certificates', () => {
  test('says so where it says that it listens', () => expect(served.door).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/));

  test('lets curl, Python and Node through with a certificate, to the upstream', async () => {
    const before = upstream.requests.length;
    const curl = ['-sS', '--cacert', files.doors, '--cert', files.ours, '--key', files.oursKey];
    const said = await run('curl', [
      ...curl,
      '-w',
      '%{http_code} %{http_version}',
      '-H',
      `Authorization: Bearer ${bound}`,
      String(address()),
    ]);
    expect(said).toBe('{}200 1.1');
    const python = `
import http.client, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
context.load_cert_chain(sys.argv[2], sys.argv[3])
connection = http.client.HTTPSConnection('localhost', int(sys.argv[4]), context=context)
connection.request('GET', '/payments/v1/charges/ch_1', headers={'Authorization': 'Bearer ' + sys.argv[5]})
print(connection.getresponse().status)`;
    const { port } = new URL(served.door);
    expect(await run('python3', ['-c', python, files.doors, files.ours, files.oursKey, port, bound])).toBe('200\n');
    expect(await get(ours, bound)).toEqual({ status: 200, body: '{}' });
    expect(upstream.requests.length).toBe(before + 3);
  });

  test.each<[string, Identity | undefined]>([
    ['none', undefined],
    ['one of strangers', unknown],
    ['one that has expired', expired],
  ])('ends the handshake of a client with %s, whatever token it holds', async (_, identity) => {
    await unchanged(() => expect(get(identity, loose)).rejects.toThrow());
  });

  test('answers a client that has said all it had to say, and closed its side', async () => {
    const socket = await connected(ours, { allowHalfOpen: true } as tls.ConnectionOptions);
    socket.end(`GET /payments/v1/charges/ch_1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bound}\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/HTTP\/1\.1 200 .*\{\}$/s);
  });

  test('a bound grant that was stolen is worth nothing with another certificate, and the theft is on record', async () => {
    const got = await unchanged(() => get(colleague, bound));
    expect(got.status).toBe(401);
    expect(got.body).toContain('grant_certificate');
    expect(await get(colleague, loose)).toMatchObject({ status: 200 });
    const grant = expect.stringMatching(/^grant_/);
    const theft = { reason: 'grant_certificate', status: 401, agent: 'refunds-bot', grant };
    await expect.poll(refusals).toMatchObject([theft]);
  });

  test('a bound grant stays bound on a connection that resumes a session', async () => {
    const tickets: Buffer[] = [];
    const first = await connected(ours);
    first.on('session', (ticket: Buffer) => tickets.push(ticket));
    first.write(`GET /payments/v1/charges/ch_1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bound}\r\n\r\n`);
    await once(first, 'data');
    first.destroy();
    const session = tickets.at(-1) as Buffer;
    expect(await statusOn(await connected(ours, { session }), bound)).toBe(200);
    const resumed = await connected(colleague, { session });
    // The session is that of `ours`: resuming it takes its secret, which never left the client.
    expect(resumed.isSessionReused()).toBe(true);
    resumed.destroy();
    expect(await statusOn(await connected(colleague), bound)).toBe(401);
  });

  test('what is narrowed from a bound grant is bound as well, and to nothing else', async () => {
    const args = ['--policy', where.policy, '--data', where.data, '-a', 'refunds-bot', '-t', 'part', '--json'];
    const { stdout } = await interlock('grant', 'list', ...args.slice(0, 4), '--json');
    const { grants } = JSON.parse(stdout) as { grants: { grant: string; certificate?: string }[] };
    const parent = grants.find(({ certificate }) => certificate !== undefined)!;
    const narrower = ['grant', 'create', ...args, '--parent', parent.grant, '--expires', '1m'];
    const made = await interlock(...narrower);
    const child = (JSON.parse(made.stdout) as { token: string }).token;
    expect(await unchanged(() => get(colleague, child))).toMatchObject({ status: 401 });
    expect(await get(ours, child)).toMatchObject({ status: 200 });
    const other = await interlock(...narrower, '--certificate', file('colleague.pem', colleague.cert));
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('is bound to another certificate') });
  });
});

describe('a client that speaks otherwise', () => {
  test.each<[string, tls.ConnectionOptions]>([
    ['TLS 1.1', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['ciphers without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
    ['HTTP/2 alone', { ALPNProtocols: ['h2'] }],
  ])('%s gets no handshake', async (_, options) => {
    await expect(connected(ours, options)).rejects.toThrow();
  });

  test('plain HTTP, noise and a handshake begun anew get nothing, and the door goes on', async () => {
    const { port } = new URL(served.door);
    await unchanged(async () => {
      for (const bytes of [
        `GET /payments/v1/charges/ch_1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${loose}\r\n\r\n`,
        Buffer.alloc(4_096, 0xff),
      ]) {
        const socket = net.connect(Number(port), '127.0.0.1');
        socket.on('error', () => undefined);
        socket.end(bytes);
        const chunks: Buffer[] = [];
        socket.on('data', (chunk: Buffer) => chunks.push(chunk));
        await once(socket, 'close');
        expect(Buffer.concat(chunks).toString('latin1')).not.toContain('HTTP/1.1');
      }
      const renegotiating = await connected(ours, { maxVersion: 'TLSv1.2' });
      expect(await refusedAnew(renegotiating)).toBeInstanceOf(Error);
      renegotiating.destroy();
    });
    // Nobody was answered, so nothing is on record; and no failed handshake waits for an answer of ours to be written.
    expect(refusals().map((record) => 'reason' in record && record.reason)).not.toContain('malformed_http');
    expect(await get(ours, bound)).toMatchObject({ status: 200 });
  });
});

describe('SIGHUP', () => {
  test('shows the new certificate to new connections, and lets those that stand go on', async () => {
    const standing = await connected(ours);
    const earlier = standing.getPeerCertificate().fingerprint256;
    show(doors.issue('door, renewed', { names: DOOR_NAMES }));
    await hangUp('new connections get the certificate');
    const fresh = await connected(ours);
    expect(fresh.getPeerCertificate().subject.CN).toBe('door, renewed');
    expect(await statusOn(fresh, bound)).toBe(200);
    expect(standing.getPeerCertificate().fingerprint256).toBe(earlier);
    expect(await statusOn(standing, bound)).toBe(200);
  });

  test('with a file that is wrong, says what is wrong and keeps the certificate it has', async () => {
    writeFileSync(files.key, doors.issue('of something else').key);
    await hangUp('is not the key of');
    expect(await get(ours, bound)).toMatchObject({ status: 200 });
    await unchanged(() => expect(get(undefined, bound)).rejects.toThrow());
  });

  async function hangUp(said: string): Promise<void> {
    served.child.kill('SIGHUP');
    await expect.poll(served.stderr).toContain(said);
  }
});

test('half a handshake does not keep a door from closing', async () => {
  const own = doors.issue('door', { names: DOOR_NAMES });
  const shown = ['--tls-cert', file('plain.pem', own.cert), '--tls-key', file('plain.key', own.key)];
  const closing = await serve(site(refundsPolicy(upstream.origin, '')), ...shown, '--drain', '100');
  const half = net.connect(Number(new URL(closing.door).port), '127.0.0.1');
  half.on('error', () => undefined).write(HALF_A_HANDSHAKE);
  await once(half, 'connect');
  const since = Date.now();
  expect(await closing.end('SIGTERM')).toBe(0);
  // The handshake alone would have had ten seconds.
  expect(Date.now() - since).toBeLessThan(8_000);
});

async function run(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, [...args], { encoding: 'utf8' });
  return stdout;
}

/** A connection that the door has really let in: of TLS 1.3 a client hears that it was refused after its own end is done. */
async function connected(identity: Identity, options: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
  const { port } = new URL(served.door);
  const socket = tls.connect({ host: '127.0.0.1', port: Number(port), ca: doors.cert, ...identity, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

async function statusOn(socket: tls.TLSSocket, bearer: string): Promise<number> {
  socket.write(`GET /payments/v1/charges/ch_1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bearer}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d+)/.exec(head.toString())?.[1]);
}

function refusedAnew(socket: tls.TLSSocket): Promise<unknown> {
  return new Promise((resolve) => {
    socket.on('error', resolve);
    socket.renegotiate({}, resolve);
  });
}
