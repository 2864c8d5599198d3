import { request } from 'node:http';

/** Somebody who watches the live stream and takes everything. */
export interface Watch {
  readonly bytes: number;
  /** When the first overview came that shows so many agents frozen; 0: not yet. */
  frozenAt(agents: number): number;
  close(): void;
}

export async function watch(control: string, token: string, query = ''): Promise<Watch> {
  let bytes = 0;
  const frozen: { readonly count: number; readonly at: number }[] = [];
  const asked = request(`${control}/v1/live${query}`, { headers: { authorization: `Bearer ${token}` } });
  asked.on('error', () => undefined);
  asked.end();
  await new Promise<void>((resolve, reject) => {
    asked.once('response', (response) => {
      if (response.statusCode !== 200) reject(new Error(`the live stream was answered ${response.statusCode}`));
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        const [, count] = /"frozen":(\d+)/.exec(chunk.toString('latin1')) ?? [];
        if (count !== undefined) frozen.push({ count: Number(count), at: performance.now() });
        resolve();
      });
    });
  });
  return {
    get bytes() {
      return bytes;
    },
    frozenAt: (agents) => frozen.find(({ count }) => count >= agents)?.at ?? 0,
    close: () => void asked.destroy(),
  };
}
