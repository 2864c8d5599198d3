import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJournal } from '../../src/journal/index.ts';
import { serve, site, token, type Served, type Site } from '../cli/served.ts';
import { standIn, type Respond, type StandIn } from './stand-in.ts';
import { OVER } from './transports.ts';

const POLICY = (origin: string) => `
version: 1
promotion: none
upstreams:
  llm: { url: "${origin}", credential: { env: UPSTREAM_KEY, as: bearer }, network: loopback }
routes:
  complete: { match: POST /v1/chat/completions, upstream: llm, effect: write }
  download: { match: GET /v1/dump, upstream: llm, effect: read }
  upload: { match: "PUT /v1/files/{id}", upstream: llm, effect: write, body: { opaque: [application/octet-stream], max: 64MiB } }
agents:
  tester: { stage: production, allow: [complete, download, upload] }
`;

const EVENTS = 200;
const PIECE = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 131 + (index >> 7)) % 256));
const PIECES = 2_100;
/** What two hops of full socket buffers may hold, the kernel's largest, while nobody reads at the end. */
const UNDER_WAY_MAX_BYTES = 50_000_000;
/** Less than the answer: a garbage collector in no hurry leaves some of it lying about, however long it is. */
const GROWTH_MAX_KB = 100_000;

let business: StandIn;
/** The upstream waits with its first event until the client has the head, and with the next until it has had this one. */
let had: () => void;
let pieces = 0;

const respond: Respond = ({ target, body }) => {
  if (target === '/v1/dump') return dump();
  if (target.startsWith('/v1/files/')) {
    const told = JSON.stringify({ sha256: createHash('sha256').update(body).digest('hex') });
    return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${told.length}\r\n\r\n${told}`;
  }
  return conversation();
};

async function* conversation(): AsyncGenerator<string> {
  const started = new Promise<void>((resolve) => (had = resolve));
  yield 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
  await started;
  for (let index = 0; index < EVENTS; index += 1) {
    const next = new Promise<void>((resolve) => (had = resolve));
    const data = `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index, delta: { content: 'x' } }] })}\n\n`;
    yield `${data.length.toString(16)}\r\n${data}\r\n`;
    await next;
  }
  yield 'e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n';
}

async function* dump(): AsyncGenerator<string | Buffer> {
  yield 'HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
  for (pieces = 0; pieces < PIECES; pieces += 1) {
    yield Buffer.concat([Buffer.from(`${PIECE.length.toString(16)}\r\n`), PIECE, Buffer.from('\r\n')]);
  }
  yield '0\r\n\r\n';
}

beforeAll(async () => {
  business = await standIn(respond);
});
afterAll(() => business.close());

describe.each(OVER)('over %s', (transport) => {
  let place: Site;
  let door: Served;
  let grant: string;
  beforeAll(async () => {
    place = site(POLICY(business.origin));
    [door, grant] = [await serve(place, '--transport', transport), await token(place, 'tester')];
  });
  afterAll(() => door.end('SIGTERM'));

  const get = (path: string): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${grant}` };
      http.get(door.upstreams.llm + path, { headers }, resolve).on('error', reject);
    });

  test('each event of a stream reaches the client before the upstream has sent the next', async () => {
    const client = new OpenAI({ apiKey: grant, baseURL: `${door.upstreams.llm}/v1`, maxRetries: 0 });
    const stream = await client.chat.completions.create({ model: 'x', messages: [], stream: true });
    // It has the head, and nothing else was sent so far.
    had();
    let seen = 0;
    for await (const { choices } of stream) {
      expect(choices[0]?.index).toBe(seen);
      seen += 1;
      had();
    }
    expect(seen).toBe(EVENTS);
  });

  test('an answer of 105 MB arrives whole, at the client’s pace, and the door never holds it', async () => {
    const memory = memoryOf(door.child.pid!);
    const answer = await get('/v1/dump');
    const hash = createHash('sha256');
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      bytes += chunk.length;
      if (bytes === chunk.length) answer.pause();
    });
    const underWay = await settled(() => pieces * PIECE.length);
    expect(underWay).toBeLessThan(UNDER_WAY_MAX_BYTES);
    answer.resume();
    await new Promise((resolve, reject) => answer.on('end', resolve).on('error', reject));
    const growthKb = memory.growthKb();
    console.log(
      `${transport}: ${underWay / 1e6} MB under way while nobody read; the door grew by at most ${growthKb} kB`,
    );
    expect(bytes).toBe(PIECES * PIECE.length);
    const whole = createHash('sha256');
    for (let index = 0; index < PIECES; index += 1) whole.update(PIECE);
    expect(hash.digest('hex')).toBe(whole.digest('hex'));
    expect(growthKb).toBeLessThan(GROWTH_MAX_KB);
    const outcome = await outcomeOf(place, bytes);
    expect(outcome).toMatchObject({ status: 200, failure: null, answer: null });
  });

  test('two uploads of 30 MB arrive whole, at once', async () => {
    const memory = memoryOf(door.child.pid!);
    const body = Buffer.alloc(30_000_000, PIECE);
    const init = { method: 'PUT', headers: { authorization: `Bearer ${grant}` }, body };
    const answers = await Promise.all(['a', 'b'].map((id) => fetch(`${door.upstreams.llm}/v1/files/${id}`, init)));
    const sha256 = createHash('sha256').update(body).digest('hex');
    for (const answer of answers) expect(await answer.json()).toEqual({ sha256 });
    console.log(`${transport}: 60 MB of uploads, the door grew by at most ${memory.growthKb()} kB`);
  });
});

/** Waits until a count stands still. */
async function settled(count: () => number): Promise<number> {
  for (let before = -1, still = 0; still < 10;) {
    const now = count();
    still = now === before && now > 0 ? still + 1 : 0;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return count();
}

function memoryOf(pid: number): { growthKb(): number } {
  const kb = (name: string) =>
    Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
  // Starts the kernel's own record of the most it ever was anew.
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const before = kb('VmRSS');
  return { growthKb: () => kb('VmHWM') - before };
}

/** The record of the answer of so many bytes, once it is there. */
async function outcomeOf(place: Site, answerBytes: number): Promise<unknown> {
  for (;;) {
    const records = [...readJournal(place.data, { tail: 'live' })];
    const found = records.find((record) => record.kind === 'outcome' && record.answerBytes === answerBytes);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
