import { describe, expect, test } from 'vitest';
import type { LookupAddress } from 'node:dns';
import { lookupWithin, type Resolve } from '../../../src/door/transports/reach.ts';
import type { Network } from '../../../src/policy/index.ts';

const v4 = (address: string): LookupAddress => ({ address, family: 4 });
const v6 = (address: string): LookupAddress => ({ address, family: 6 });

function look(network: Network, addresses: readonly LookupAddress[], all: boolean): Promise<unknown> {
  const resolve: Resolve = (_, __, done) => done(null, [...addresses]);
  return new Promise((settle) => {
    lookupWithin([network], resolve)('api.example', { all }, (error, found) => settle(error?.message ?? found));
  });
}

describe('the addresses of a name', () => {
  test('outside its network are never handed on, whichever stands first', async () => {
    const mixed = [v4('169.254.169.254'), v6('::ffff:127.0.0.1'), v4('93.184.215.14'), v4('10.0.0.1')];
    expect(await look('public', mixed, true)).toEqual([v4('93.184.215.14')]);
    expect(await look('public', mixed, false)).toBe('93.184.215.14');
    expect(await look('private', mixed, true)).toEqual([v4('10.0.0.1')]);
  });

  test.each<[Network, LookupAddress, string]>([
    ['public', v4('127.0.0.1'), 'api.example, at 127.0.0.1, is loopback, and its network is public'],
    ['public', v4('169.254.169.254'), 'api.example, at 169.254.169.254, is metadata, and its network is public'],
    ['private', v6('fd00:ec2::254'), 'api.example, at fd00:ec2::254, is metadata, and its network is private'],
    ['loopback', v4('0.0.0.0'), 'api.example, at 0.0.0.0, is unspecified, and its network is loopback'],
    ['private', v4('8.8.8.8'), 'api.example, at 8.8.8.8, is public, and its network is private'],
  ])('%s: with none inside it, the lookup fails and says where they lie', async (network, address, why) => {
    expect(await look(network, [address], true)).toBe(why);
    expect(await look(network, [address], false)).toBe(why);
  });

  test('a name without addresses is said to have none', async () => {
    expect(await look('public', [], true)).toBe('api.example has no address');
  });

  test("a resolver's own error is handed on as it is", async () => {
    const missing = Object.assign(new Error('getaddrinfo ENOTFOUND api.example'), { code: 'ENOTFOUND' });
    const resolve: Resolve = (_, __, done) => done(missing, []);
    const failed = new Promise((settle) => lookupWithin(['public'], resolve)('api.example', {}, settle));
    expect(await failed).toBe(missing);
  });
});
