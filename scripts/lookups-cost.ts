import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { readControlFile } from '../src/cli/control-file.ts';
import { refundsPolicy, serve, site, token } from '../test/cli/served.ts';

// What looking back costs the door's calls: p99 of a steady load, alone and while people ask one heavy question after another.
const PER_SECOND = Number(process.argv[2] ?? 200);
const SECONDS = Number(process.argv[3] ?? 10);
const BEFORE = Number(process.argv[4] ?? 30_000);

const upstream = http.createServer((_, response) => response.end('{"id":"ch_1","customer":"cus_9"}'));
upstream.listen(0, '127.0.0.1');
await once(upstream, 'listening');
const { port } = upstream.address() as { port: number };
const where = site(refundsPolicy(`http://127.0.0.1:${port}`, ''));
const door = await serve(where);
const bearer = await token(where, 'refunds-bot');
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

function call(index: number): Promise<number> {
  const began = performance.now();
  const { hostname, port: at } = new URL(door.door);
  return new Promise((resolve, reject) => {
    const path = `/payments/v1/charges/ch_${index % 50}`;
    const headers = { authorization: `Bearer ${bearer}`, 'interlock-session': `night-${index % 20}` };
    const sent = http.get({ hostname, port: at, path, headers, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(performance.now() - began));
    });
    sent.on('error', reject);
  });
}

async function load(): Promise<string> {
  const took: Promise<number>[] = [];
  for (let tick = 0; tick < SECONDS * 50; tick += 1) {
    for (let index = 0; index < PER_SECOND / 50; index += 1) took.push(call(tick * 100 + index));
    await pause(20);
  }
  const sorted = (await Promise.all(took)).toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  return `${sorted.length} calls: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(0.9999)} ms`;
}

for (let index = 0; index < BEFORE; index += 200)
  await Promise.all(Array.from({ length: 200 }, (_, one) => call(index + one)));
const control = readControlFile(where.data);
const ask = async (target: string): Promise<number> => {
  const began = performance.now();
  const response = await fetch(`${door.control}${target}`, { headers: { authorization: `Bearer ${control?.token}` } });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(String(response.status));
  return performance.now() - began;
};
for (const target of ['/v1/why?what=cus_9', '/v1/calls?agent=nobody']) {
  console.log(`${target}: ${Math.round(await ask(target))} ms, again ${Math.round(await ask(target))} ms`);
}
for (let round = 1; round <= 3; round += 1) {
  console.log(`alone:            ${await load()}`);
  const over = new AbortController();
  let asked = 0;
  const asking = (async () => {
    for (; !over.signal.aborted; asked += 1)
      await ask(asked % 2 === 0 ? '/v1/why?what=cus_9' : '/v1/calls?agent=nobody');
  })();
  const during = await load();
  over.abort();
  await asking;
  console.log(`with ${asked} look-ups: ${during}`);
}
await door.end('SIGKILL');
upstream.close();
agent.destroy();
process.exit();
