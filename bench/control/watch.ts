import { request } from 'node:http';

/** Somebody who watches the live stream and takes everything, and how much that was. */
export interface Watch {
  readonly events: number;
  readonly bytes: number;
  close(): void;
}

export async function watch(control: string, token: string, query = ''): Promise<Watch> {
  const told = { events: 0, bytes: 0 };
  const asked = request(`${control}/v1/live${query}`, { headers: { authorization: `Bearer ${token}` } });
  asked.on('error', () => undefined);
  asked.end();
  await new Promise<void>((resolve, reject) => {
    asked.once('response', (response) => {
      if (response.statusCode !== 200) reject(new Error(`the live stream was answered ${response.statusCode}`));
      response.on('data', (chunk: Buffer) => {
        told.bytes += chunk.length;
        if (chunk.includes('event: ')) told.events += 1;
        resolve();
      });
    });
  });
  return Object.assign(told, { close: () => void asked.destroy() });
}
