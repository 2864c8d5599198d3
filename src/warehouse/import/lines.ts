import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A longer line is no call: the door takes bodies of 2 MB, and JSON grows a byte to six at most. */
export const LINE_BYTES_MAX = 16 * 1024 * 1024;

/** A line, without its line feed; `too_long` where it is longer than any call. */
export type Line = { readonly text: string } | 'too_long';

/** The bytes of a file, unpacked where it is gzip (RFC 1952). */
export async function bytesOf(file: string): Promise<Readable> {
  const handle = await open(file);
  const magic = Buffer.alloc(2);
  await handle.read(magic, 0, 2, 0);
  await handle.close();
  const raw = createReadStream(file);
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return raw;
  const unpacked = createGunzip();
  // An error of either ends the other, and reaches whoever reads.
  pipeline(raw, unpacked).catch(() => undefined);
  return unpacked;
}

/** The lines of a file, one at a time; memory is bounded by the longest. */
export async function* linesOf(file: string): AsyncGenerator<Line> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of await bytesOf(file)) {
    let start = 0;
    const bytes = chunk as Buffer;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      yield lineOf([...rest, bytes.subarray(start, end)], restBytes + end - start);
      [rest, restBytes, start] = [[], 0, end + 1];
    }
    restBytes += bytes.length - start;
    // Of a line that is too long already, only the length matters.
    if (restBytes <= LINE_BYTES_MAX) rest.push(bytes.subarray(start));
    else rest = [];
  }
  if (restBytes > 0) yield lineOf(rest, restBytes);
}

const LINE_FEED = 0x0a;

function lineOf(parts: readonly Buffer[], bytes: number): Line {
  return bytes > LINE_BYTES_MAX ? 'too_long' : { text: Buffer.concat(parts).toString() };
}

/** The whole text of a file; `undefined` where it is longer, unpacked, than may be held in memory. */
export async function textOf(file: string, bytesMax: number): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of await bytesOf(file)) {
    bytes += (chunk as Buffer).length;
    if (bytes > bytesMax) return undefined;
    parts.push(chunk as Buffer);
  }
  return Buffer.concat(parts).toString();
}
