import type { IncomingMessage } from 'node:http';
import type { Refusal } from './normal/refusal.ts';

const EMPTY = Buffer.alloc(0);

/** What became of a request's body. `gone`: the client left before it was whole. */
export type Collected = Buffer | Refusal | 'gone';

/** Reads a whole body of at most `bytesMax`, then calls back once. A request without a body calls back at once. */
export function collect(request: IncomingMessage, bytesMax: number, done: (body: Collected) => void): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return done(EMPTY);
  if (Number(length) > bytesMax) return done(tooLarge(bytesMax));
  let first: Buffer | undefined;
  let rest: Buffer[] | undefined;
  let bytes = 0;
  let called = false;
  const finish = (body: Collected): void => {
    if (called) return;
    called = true;
    done(body);
  };
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      request.pause();
      return finish(tooLarge(bytesMax));
    }
    if (first === undefined) first = chunk;
    else (rest ??= []).push(chunk);
  });
  request.once('end', () => {
    finish(first === undefined ? EMPTY : rest === undefined ? first : Buffer.concat([first, ...rest]));
  });
  request.once('close', () => finish('gone'));
}

function tooLarge(bytesMax: number): Refusal {
  const detail = `The body is larger than ${bytesMax} bytes. Send less at a time.`;
  return { status: 413, reason: 'body_too_large', detail };
}
