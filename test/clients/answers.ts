import { gzipSync } from 'node:zlib';

type Fields = Readonly<Record<string, string>>;

/** A whole answer. Its length is stated: an upstream that says nothing of the end has said nothing whole. */
export function answer(status: number, headers: Fields, body: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(body);
  const length: Fields = status === 204 || status === 304 ? {} : { 'Content-Length': String(bytes.length) };
  const lines = Object.entries({ ...headers, ...length }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`), bytes]);
}

export function json(value: unknown, headers: Fields = {}, status = 200): Buffer {
  return answer(status, { 'Content-Type': 'application/json; charset=utf-8', ...headers }, JSON.stringify(value));
}

/** JSON compressed although nobody asked for it, as some gateways do. */
export function gzipped(value: unknown): Buffer {
  const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
  return answer(200, headers, gzipSync(JSON.stringify(value)));
}

/** Server-sent events, each a chunk of its own. */
export async function* events(
  ...all: readonly (readonly [event: string | null, data: unknown])[]
): AsyncGenerator<string> {
  yield 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n';
  for (const [event, data] of all) {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    yield chunk(`${event === null ? '' : `event: ${event}\n`}data: ${text}\n\n`);
  }
  yield '0\r\n\r\n';
}

function chunk(text: string): string {
  const bytes = Buffer.from(text).toString('latin1');
  return `${bytes.length.toString(16)}\r\n${bytes}\r\n`;
}
