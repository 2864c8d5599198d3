import { connect } from 'node:net';

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
