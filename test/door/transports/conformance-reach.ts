import { describe, expect, test } from 'vitest';
import type { Resolve } from '../../../src/door/transports/reach.ts';
import type { Network } from '../../../src/policy/index.ts';
import type { Adapter } from './rig.ts';
import { answer } from '../raw-upstream.ts';
import { rig } from './rig.ts';

const named = (real: URL): URL => new URL(`http://api.example:${real.port}`);
const literal = (host: string) => (real: URL) => new URL(`http://${host}:${real.port}`);

/** Answers with one address after another, the last for ever. */
function resolver(...addresses: readonly string[]): Resolve {
  let asked = -1;
  return (_, __, done) => {
    asked += 1;
    const address = addresses[Math.min(asked, addresses.length - 1)] as string;
    done(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
  };
}

/** Where a connection may lead (L20): to the upstream's own network, whatever its name resolves to, and nowhere else. */
export function reachConformance(adapter: Adapter): void {
  describe('the network of an upstream', () => {
    test('an upstream inside its network is reached by its name', async () => {
      const options = { origin: named, resolve: resolver('127.0.0.1') };
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200, {}, 'ok')), options);
      expect(await send().over).toEqual({ kind: 'ended' });
      expect(upstream.requests[0]?.headers).toContain(`api.example:${upstream.origin.port}`);
    });

    // Each of these would really reach the witness, which listens on 127.0.0.1.
    test.each<[string, Network, string]>([
      ['a public name that leads to this machine', 'public', '127.0.0.1'],
      ['a public name that leads to this machine in IPv6 writing', 'public', '::ffff:127.0.0.1'],
      ['an internal name that leads to this machine', 'private', '127.0.0.1'],
      ['a name that leads to the unspecified address', 'loopback', '0.0.0.0'],
      ['a name that leads to the unspecified address in IPv6 writing', 'loopback', '::ffff:0.0.0.0'],
    ])('%s gets not one byte', async (_, network, address) => {
      const options = { origin: named, network, resolve: resolver(address) };
      const { send, upstream } = await rig(adapter, (__, wire) => wire.send(answer(200)), options);
      expect(await send().over).toMatchObject({ code: 'refused', sent: 'no' });
      expect(upstream.opened).toBe(0);
    });

    test.each<[string, Network]>([
      ['127.0.0.1', 'public'],
      ['127.0.0.1', 'private'],
      ['0.0.0.0', 'loopback'],
    ])('the address %s is not connected to from the network %s', async (host, network) => {
      const options = { origin: literal(host), network };
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200)), options);
      expect(await send().over).toMatchObject({ code: 'refused', sent: 'no' });
      expect(upstream.opened).toBe(0);
    });

    test('a name that rebinds is followed to no other network: every connection asks again', async () => {
      const options = { origin: named, resolve: resolver('127.0.0.1', '0.0.0.0', '127.0.0.1'), connectionsMax: 1 };
      const close = (): string => answer(200, { Connection: 'close' });
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(close()), options);
      expect(await send().over).toEqual({ kind: 'ended' });
      await upstream.deserted();
      expect(await send().over).toMatchObject({ code: 'refused', sent: 'no' });
      expect(upstream.opened).toBe(1);
      expect(await send().over).toEqual({ kind: 'ended' });
    });
  });
}
