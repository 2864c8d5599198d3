import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Wire } from '../raw-upstream.ts';

/** One way in which an upstream gives a key away: what it sends, a piece at a time. */
export type Echo = (key: string) => readonly (string | Buffer)[];

const JSON_TYPE = 'Content-Type: application/json\r\n';

/** An answer with an explicit length, its body in one piece or cut after so many bytes. */
function told(head: string, body: string | Buffer, cutAt?: number): readonly Buffer[] {
  const bytes = Buffer.from(body as string, 'latin1');
  const whole = Buffer.from(`HTTP/1.1 ${head}Content-Length: ${bytes.length}\r\n\r\n`, 'latin1');
  if (cutAt === undefined) return [Buffer.concat([whole, bytes])];
  return [Buffer.concat([whole, bytes.subarray(0, cutAt)]), bytes.subarray(cutAt)];
}

const header =
  (line: (key: string) => string, status = '200 OK'): Echo =>
  (key) =>
    told(`${status}\r\n${JSON_TYPE}${line(key)}\r\n`, '{}');
const body =
  (text: (key: string) => string, status = '200 OK'): Echo =>
  (key) =>
    told(`${status}\r\n${JSON_TYPE}`, `{"said":"${text(key)}"}`);
const compressed =
  (coding: string, compress: (bytes: Buffer) => Buffer, cutAt?: number): Echo =>
  (key) =>
    told(
      `200 OK\r\n${JSON_TYPE}Content-Encoding: ${coding}\r\n`,
      compress(Buffer.from(`{"said":"${'-'.repeat(300)}${key}"}`)),
      cutAt,
    );
const each = (key: string, write: (hex: string) => string): string =>
  Array.from(key)
    .map((char) => write(char.charCodeAt(0).toString(16).padStart(2, '0')))
    .join('');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

export const ECHOES: Readonly<Record<string, Echo>> = {
  body: body((key) => key),
  'error-body': body((key) => `no such key: ${key}`, '401 Unauthorized'),
  'fault-body': (key) => told('500 X\r\nContent-Type: text/html\r\n', `<pre>Authorization: ${key}</pre>`),
  'cut-in-the-middle': (key) => told(`200 OK\r\n${JSON_TYPE}`, `{"said":"${key}"}`, 9 + Math.floor(key.length / 2)),
  'cut-before-its-last-byte': (key) => told(`200 OK\r\n${JSON_TYPE}`, `{"said":"${key}"}`, 9 + key.length - 1),
  'byte-by-byte': (key) => [
    `HTTP/1.1 200 OK\r\n${JSON_TYPE}Content-Length: ${key.length + 2}\r\n\r\n`,
    ...Array.from(`"${key}"`),
  ],
  chunked: (key) => [
    `HTTP/1.1 200 OK\r\n${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n`,
    ...Array.from(key).map((char) => `1\r\n${char}\r\n`),
    '0\r\n\r\n',
  ],
  trailer: (key) => [
    `HTTP/1.1 200 OK\r\n${JSON_TYPE}Trailer: X-Key\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Key: ${key}\r\n\r\n`,
  ],
  'chunk-extension': (key) => [
    `HTTP/1.1 200 OK\r\n${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n2;k="${key}"\r\n{}\r\n0\r\n\r\n`,
  ],
  'until-the-end': (key) => [
    `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: ${key}`,
  ],
  'early-hints': (key) => [
    `HTTP/1.1 103 Early Hints\r\nLink: <${key}>\r\n\r\n`,
    ...told(`200 OK\r\n${JSON_TYPE}`, '{}'),
  ],
  reason: (key) => told(`200 ${key}\r\n${JSON_TYPE}`, '{}'),
  'no-http': (key) => [`${key}\r\n\r\n`],
  'no-header': (key) => [`HTTP/1.1 200 OK\r\nX ${key}\r\n\r\n`],
  header: header((key) => `X-Echo: ${key}`),
  // A name has no `/`; a key that has is shown in hexadecimal there.
  'header-name': header((key) => `X-${/^\w+$/.test(key) ? key : Buffer.from(key).toString('hex')}: 1`),
  'header-base64': header((key) => `X-Echo: ${base64(`user:${key}`)}`),
  'header-percent': header((key) => `X-Echo: ${each(key, (hex) => `%${hex}`)}`),
  'content-type': header((key) => `X-Type: 1`.replace('1', `text/${key}`)),
  etag: header((key) => `ETag: "${key}"`),
  'set-cookie': header((key) => `Set-Cookie: key=${key}`),
  'www-authenticate': header((key) => `WWW-Authenticate: Bearer token="${key}"`, '401 Unauthorized'),
  'redirect-home': (key) => told(`302 Found\r\nLocation: /v1/other?key=${key}\r\n`, ''),
  'redirect-elsewhere': (key) => told(`307 X\r\nLocation: http://127.0.0.1:1/${encodeURIComponent(key)}\r\n`, ''),
  base64: body((key) => base64(key)),
  'base64-within': body((key) => base64(`Authorization: Bearer ${key}; and more`)),
  hex: body((key) => Buffer.from(key).toString('hex')),
  percent: body((key) => encodeURIComponent(key)),
  'percent-throughout': body((key) => each(key, (hex) => `%${hex.toUpperCase()}`)),
  'json-escapes': body((key) => each(key, (hex) => `\\u00${hex}`)),
  'html-escapes': body((key) => each(key, (hex) => `&#x${hex};`)),
  capitals: body((key) => key.toUpperCase()),
  gzip: compressed('gzip', (bytes) => gzipSync(bytes)),
  'gzip-cut': compressed('gzip', (bytes) => gzipSync(bytes, { level: 0 }), 330),
  'gzip-in-members': compressed('gzip', (bytes) =>
    Buffer.concat([gzipSync(bytes.subarray(0, 315)), gzipSync(bytes.subarray(315))]),
  ),
  deflate: compressed('deflate', (bytes) => deflateSync(bytes)),
  'deflate-raw': compressed('deflate', (bytes) => deflateRawSync(bytes)),
  brotli: compressed('br', (bytes) => brotliCompressSync(bytes)),
  zstd: compressed('zstd', (bytes) => zstdCompressSync(bytes)),
  'gzip-twice': compressed('gzip, gzip', (bytes) => gzipSync(gzipSync(bytes))),
  'gzip-that-is-none': compressed('gzip', (bytes) => bytes),
  'unknown-coding': compressed('rot13', (bytes) => bytes),
};

/** Each piece in a read of its own. */
export async function say(wire: Wire, pieces: readonly (string | Buffer)[]): Promise<void> {
  for (const piece of pieces) {
    await wire.send(piece);
    await new Promise((resolve) => setTimeout(resolve, pieces.length > 4 ? 1 : 5));
  }
}
