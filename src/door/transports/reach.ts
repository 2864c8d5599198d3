import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { placeOf, type Network } from '../../policy/index.ts';

/** Turns a name into its addresses, all of them, as `dns.lookup` does. */
export type Resolve = (
  hostname: string,
  options: { readonly all: true; readonly family?: number | 'IPv4' | 'IPv6'; readonly hints?: number },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Why an address is not connected to. */
export function outOfReach(host: string, address: string, networks: readonly Network[]): string | null {
  const place = placeOf(address);
  if (networks.some((network) => network === place)) return null;
  const what = host === address ? host : `${host}, at ${address},`;
  return `${what} is ${place}, and its network is ${networks.join(' or ')}`;
}

/**
 * Looks names up and hands on only those of their addresses that lie in the given networks. It is asked anew for every
 * connection, and what it hands on is what is connected to: a name that moves inside later (DNS rebinding) is not followed.
 */
export function lookupWithin(networks: readonly Network[], resolve: Resolve = lookup): LookupFunction {
  return (hostname, { family, hints, all }, done) => {
    const asked = {
      all: true,
      ...(family !== undefined && { family }),
      ...(hints !== undefined && { hints }),
    } as const;
    resolve(hostname, asked, (error, addresses) => {
      if (error !== null) return done(error, []);
      const within = addresses.filter(({ address }) => outOfReach(hostname, address, networks) === null);
      const [first] = within;
      if (first === undefined) {
        const { address = 'no address' } = addresses[0] ?? {};
        const why = isIP(address) === 0 ? `${hostname} has no address` : outOfReach(hostname, address, networks);
        return done(new Error(String(why)), []);
      }
      if (all === true) done(null, within);
      else done(null, first.address, first.family);
    });
  };
}
