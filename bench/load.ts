import { connect, type Socket } from 'node:net';

/** A request as bytes, with a place for a number of fixed width, so that no two requests are the same. */
export interface RequestTemplate {
  readonly head: Buffer;
  /** Offset of the {@link COUNTER_DIGITS} digits to overwrite. */
  readonly counterAt: number;
}

export const COUNTER_DIGITS = 9;
export const COUNTER = '0'.repeat(COUNTER_DIGITS);

export function template(text: string): RequestTemplate {
  const counterAt = text.indexOf(COUNTER);
  if (counterAt < 0) throw new Error('a request template needs a counter');
  return { head: Buffer.from(text, 'latin1'), counterAt };
}

export interface LoadResult {
  readonly requests: number;
  readonly durationMs: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers whose status was not 2xx: a benchmark of refusals is no benchmark. */
  readonly refused: number;
}

let counter = 0;

/** Closed-loop load: `connections` sockets, one request at a time on each, for `durationMs`. Light, so that it is not what is measured. */
export async function load(
  url: string,
  request: RequestTemplate,
  connections: number,
  durationMs: number,
): Promise<LoadResult> {
  const { hostname, port } = new URL(url);
  const latencies: number[] = [];
  let refused = 0;
  const started = performance.now();
  const deadline = started + durationMs;
  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
      const bytes = Buffer.from(request.head);
      let sentAt = 0;
      let received = '';
      const send = (): void => {
        bytes.write(String(counter++).padStart(COUNTER_DIGITS, '0'), request.counterAt, 'latin1');
        received = '';
        sentAt = performance.now();
        socket.write(bytes);
      };
      socket.on('connect', send);
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        if (!complete(received)) return;
        const now = performance.now();
        latencies.push(now - sentAt);
        if (!received.startsWith('HTTP/1.1 2')) refused += 1;
        if (now < deadline) send();
        else socket.end(resolve);
      });
    });
  await Promise.all(Array.from({ length: connections }, worker));
  const elapsed = performance.now() - started;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    requests: latencies.length,
    durationMs: elapsed,
    perSecond: (latencies.length / elapsed) * 1000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    refused,
  };
}

/** Every answer here has a Content-Length or is chunked and ends with its last chunk. */
export function complete(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const head = received.slice(0, end).toLowerCase();
  const at = head.indexOf('content-length: ');
  if (at < 0) return received.endsWith('0\r\n\r\n');
  return received.length >= end + 4 + Number.parseInt(head.slice(at + 16), 10);
}
