import { connect } from 'node:net';

/** Long past every answer; only a hang meets it. */
export const HANG_MS = 5_000;
/** How long a patient client waits for an answer before it ends its side. */
const PATIENCE_MS = 10;

/**
 * Sends exactly these bytes (latin-1) and gives what came back until the answer is whole or the connection ends.
 * The statuses of all answers are in order: more than one means that the bytes were read as several requests.
 */
export function sendRaw(
  url: URL,
  bytes: string,
): Promise<{ readonly statuses: readonly number[]; readonly text: string }> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ host: url.hostname, port: Number(url.port) }, () => socket.write(bytes, 'latin1'));
    const finish = (): void => {
      socket.destroy();
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]));
      resolve({ statuses: statuses.filter((status) => status !== 100), text });
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const final = text.replace(/^HTTP\/1\.1 100 .*\r\n\r\n/, '');
      const head = final.indexOf('\r\n\r\n');
      const length = Number(/content-length: *(\d+)/i.exec(final)?.[1] ?? Number.NaN);
      if (head >= 0 && final.length >= head + 4 + length) finish();
    });
    socket.on('close', finish);
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? finish() : reject(error)));
  });
}

/** What came back on a connection until its end. */
interface Exchanged {
  readonly text: string;
  /** It never ended. */
  readonly hung: boolean;
}

/**
 * Sends segments (latin-1), one turn of the event loop apart, and gives all that came back until the connection ended. The
 * client ends its side at once, or, being patient, when the door has, or when an answer had time to come.
 */
export function exchange(url: URL, segments: readonly string[], ending: 'at-once' | 'patient'): Promise<Exchanged> {
  return new Promise((resolve) => {
    let text = '';
    let hung = false;
    const socket = connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true, noDelay: true });
    const deadline = setTimeout(() => {
      hung = true;
      socket.destroy();
    }, HANG_MS);
    const end = (): unknown => socket.end();
    const say = async (): Promise<void> => {
      for (const segment of segments) {
        socket.write(segment, 'latin1');
        await turn();
      }
      if (ending === 'at-once') end();
      else setTimeout(end, PATIENCE_MS);
    };
    socket.on('connect', () => void say());
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    // The door has said its last word: a patient client goes too.
    socket.on('end', end);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(deadline);
      resolve({ text, hung });
    });
  });
}

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
