import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import payments from '../../mocks/payments.ts';
import shop from '../../mocks/shop.ts';
import type { World } from '../../src/lab/world/world.ts';
import { worldHandlers } from '../../src/lab/world/msw.ts';
import { type WorldServer, serveWorld } from '../../src/lab/world/world-server.ts';
import { ManualClock } from '../../src/std/clock.ts';
import { KEY, STARTS_AT, newest } from './ask.ts';

const run = promisify(execFile);
const has = (command: string): boolean => {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const servers: WorldServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

const worlds = { payments, shop };
async function open(name: keyof typeof worlds): Promise<{
  url: string;
  world: World;
}> {
  const world = worlds[name].create({ seed: 7, startsAt: STARTS_AT });
  const handlers = worldHandlers(world, { paths: worlds[name].paths, clock: new ManualClock(STARTS_AT) });
  const server = await serveWorld({ handlers, port: 0 });
  servers.push(server);
  return { url: server.url, world };
}

describe('clients in other languages', () => {
  it.skipIf(!has('curl'))('curl refunds with Basic and nested form keys, as in Stripe’s documents', async () => {
    const { url, world } = await open('payments');
    const charge = newest(world, 'charge');
    const form = [`charge=${charge}`, 'amount=120', 'metadata[order]=7', 'expand[]=charge'];
    const { stdout } = await run('curl', [
      '-sS',
      `${url}/v1/refunds`,
      '-u',
      `${KEY}:`,
      ...form.flatMap((field) => ['-d', field]),
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ amount: 120, metadata: { order: '7' }, charge: { id: charge } });
    expect(world.ledger).toMatchObject([{ kind: 'refund', subject: `charge:${charge}` }]);
  });

  it.skipIf(!has('python3'))('Python’s urllib refunds an order with JSON', async () => {
    const { url, world } = await open('shop');
    const order = newest(world, 'order');
    const program = [
      'import json, sys, urllib.request',
      'url, order = sys.argv[1:]',
      'body = json.dumps({"amount": 1}).encode()',
      'request = urllib.request.Request(f"{url}/orders/{order}/refund", body, {"Content-Type": "application/json"})',
      'print(json.load(urllib.request.urlopen(request))["refunded"])',
    ].join('\n');
    const { stdout } = await run('python3', ['-c', program, url, order]);
    expect(stdout.trim()).toBe('1');
    expect(world.ledger).toMatchObject([{ kind: 'order_refunded', subject: `order:${order}` }]);
  });
});
