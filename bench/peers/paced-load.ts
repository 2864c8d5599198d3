import { connect } from 'node:net';
import { complete } from '../load.ts';

// Open-loop load: so many requests a second whatever the door does, `paced-load.ts URL RATE MS CONNECTIONS TOKEN,TOKEN`. A
// request's time counts from the moment it was due, so that a door that stands still is seen to (no coordinated omission).
// Four of five are reads, the others refunds, one in a hundred more than its agent may.
const [url = '', rate = '1', forMs = '1000', connections = '1', tokens = ''] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const perMs = Number(rate) / 1_000;
const grants = tokens.split(',');
const run = Date.now().toString(36);

/** What is due and found no connection yet: when it was due. */
const waiting: number[] = [];
const latencies: number[] = [];
const statuses = new Map<string, number>();
let sent = 0;
let sentAll = false;

interface Line {
  send(dueAt: number): void;
}
const idle: Line[] = [];

function request(token: string): string {
  const index = sent;
  const common = `Host: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nUser-Agent: load/1\r\nAccept: application/json\r\n`;
  if (index % 5 !== 0) return `GET /payments/v1/charges/ch_${index % 1_000} HTTP/1.1\r\n${common}\r\n`;
  const amount = index % 100 === 0 ? 50_000 : 10;
  const body = JSON.stringify({ charge: `ch_${run}_${index}`, amount, currency: 'usd' });
  return `POST /payments/v1/refunds HTTP/1.1\r\n${common}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function open(index: number): void {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const token = grants[index % grants.length] ?? '';
  let [received, dueSince] = ['', 0];
  const line: Line = {
    send: (dueAt) => {
      dueSince = dueAt;
      received = '';
      socket.write(request(token));
      sent += 1;
    },
  };
  socket.on('connect', () => idle.push(line));
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    if (!complete(received)) return;
    latencies.push(performance.now() - dueSince);
    const status = received.slice(9, 12);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const next = waiting.shift();
    if (next === undefined) idle.push(line);
    else line.send(next);
    if (sentAll && latencies.length === sent && waiting.length === 0) tell();
  });
}

function tell(): never {
  const elapsedMs = performance.now() - startedAt;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  const result = {
    requests: latencies.length,
    perSecond: (latencies.length / elapsedMs) * 1_000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: latencies.at(-1) ?? 0,
    statuses: Object.fromEntries(statuses),
  };
  console.log(JSON.stringify(result));
  process.exit(0);
}

for (let index = 0; index < Number(connections); index += 1) open(index);
while (idle.length < Number(connections)) await new Promise((resolve) => setTimeout(resolve, 5));
console.log(JSON.stringify({ connections: idle.length }));
const startedAt = performance.now();
let due = 0;
const pacer = setInterval(() => {
  const sinceMs = Math.min(performance.now() - startedAt, Number(forMs));
  for (; due < sinceMs * perMs; due += 1) {
    const dueAt = startedAt + due / perMs;
    const line = idle.pop();
    if (line === undefined) waiting.push(dueAt);
    else line.send(dueAt);
  }
  if (sinceMs < Number(forMs)) return;
  clearInterval(pacer);
  sentAll = true;
  // Whatever is still not answered then is not waited for any longer, and is missing from the count.
  setTimeout(tell, 15_000);
}, 1);
