import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../process.ts';
import { tail, type Tail } from '../statistics.ts';
import type { Clients } from './clients.ts';
import { nowMs } from './crowd.ts';

const SERVER = path.join(import.meta.dirname, '../peers/cutting-server.ts');
const STEP = 50;

/** How long the same clients take to be gone where a server does nothing but destroy their sockets: no door can be faster. */
export async function bareCut(clients: Clients, count: number, rounds: number): Promise<Tail> {
  const server = await start<{ url: string }>([SERVER]);
  const url = new URL(server.line.url);
  const lastMs: number[] = [];
  try {
    // The first is a warm-up.
    for (let round = 0; round <= rounds; round += 1) {
      for (let sent = 0; sent < count; sent += STEP) {
        clients.send(
          url,
          Array.from({ length: Math.min(STEP, count - sent) }, () => 'here'),
        );
        await sleep(5);
      }
      const click = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
      click.on('error', () => undefined);
      for (let there = 0; there <= count;) {
        click.write('count');
        there = Number(String((await once(click, 'data'))[0]));
        await sleep(20);
      }
      await clients.mark();
      const startedAtMs = nowMs();
      const last = clients.last(startedAtMs);
      click.write('cut');
      const { lastAtMs } = await last;
      if (round > 0) lastMs.push(lastAtMs - startedAtMs);
    }
    return tail(lastMs);
  } finally {
    await server.stop();
  }
}
