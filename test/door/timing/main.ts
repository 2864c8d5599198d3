import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { TOKEN_PREFIX } from '../../../src/door/normal/token.ts';
import { prng } from '../../../src/std/prng.ts';
import { rig } from '../open-door.ts';
import { rawUpstream } from '../raw-upstream.ts';

// `npm run timing` (L13): whether the time of a 401 tells how much of a guessed token was right. Guesses that share
// three quarters of a real token and guesses that share nothing, in random order, over one connection; then Welch's t of
// the two. Printed and never asserted: a noisy machine proves nothing, either way. |t| under 4.5 is noise.
const { values } = parseArgs({
  options: { guesses: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const GUESSES = Number(values.guesses);
const WARM_UP = 2_000;

const upstream = await rawUpstream(() => undefined);
const door = await rig(upstream.origin, {
  routes: 'read: { match: GET /v1/x, upstream: api, effect: read }',
  allow: '[read]',
});
/** Both made in the same way and beforehand: what is measured is the door. */
const guess = (shared: number): string => {
  const token = TOKEN_PREFIX + randomBytes(32).toString('base64url');
  return door.token.slice(0, shared) + token.slice(shared);
};
const SHARED = { near: TOKEN_PREFIX.length + 32, far: TOKEN_PREFIX.length };

const socket = connect({ host: door.url.hostname, port: Number(door.url.port), noDelay: true });
const random = prng(Number(values.seed));
const times: Record<'near' | 'far', number[]> = { near: [], far: [] };
const guesses = Array.from({ length: WARM_UP + GUESSES }, () => {
  const kind = random.next() < 0.5 ? 'near' : 'far';
  return {
    kind,
    request: `GET /v1/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${guess(SHARED[kind])}\r\n\r\n`,
  } as const;
});
for (const [index, { kind, request }] of guesses.entries()) {
  const took = await timed(socket, request);
  if (index >= WARM_UP) times[kind].push(took);
}
socket.destroy();
await door.close();
await upstream.close();

const [a, b] = [trimmed(times.near), trimmed(times.far)];
const t = (mean(a) - mean(b)) / Math.sqrt(variance(a) / a.length + variance(b) / b.length);
console.log(`${a.length} near guesses: ${mean(a).toFixed(2)} µs; ${b.length} far ones: ${mean(b).toFixed(2)} µs`);
console.log(`Welch's t = ${t.toFixed(2)} (${Math.abs(t) < 4.5 ? 'within' : 'beyond'} noise, 4.5)`);

/** Microseconds from the request to its whole answer. */
function timed(line: Socket, request: string): Promise<number> {
  return new Promise((resolve) => {
    let text = '';
    const start = process.hrtime.bigint();
    const listen = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (!text.endsWith('}')) return;
      line.off('data', listen);
      resolve(Number(process.hrtime.bigint() - start) / 1_000);
    };
    line.on('data', listen);
    line.write(request);
  });
}

/** Without the slowest twentieth: garbage collection and other programs, whichever guess they met. */
function trimmed(all: readonly number[]): number[] {
  return all.toSorted((x, y) => x - y).slice(0, Math.floor(all.length * 0.95));
}

function mean(all: readonly number[]): number {
  return all.reduce((sum, one) => sum + one, 0) / all.length;
}

function variance(all: readonly number[]): number {
  const middle = mean(all);
  return all.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (all.length - 1);
}
