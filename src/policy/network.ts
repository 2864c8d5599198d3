import { BlockList, isIPv6 } from 'node:net';

/** Where an upstream may be. Every address it is reached at must lie there, and is asked anew for each connection. */
export type Network = (typeof NETWORKS)[number];
export const NETWORKS = ['public', 'private', 'loopback'] as const;

/** Where an address lies. Nothing but a {@link Network} is ever an upstream's place. */
export type Place = Network | 'metadata' | 'link-local' | 'unspecified' | 'multicast' | 'reserved';

/**
 * The first that holds an address says where it lies (IANA special-purpose registries, RFC 6890).
 * Metadata services give credentials to whoever asks from the machine; some stand in ranges that are otherwise private or public.
 */
const RANGES: readonly (readonly [Place, readonly string[]])[] = [
  [
    'metadata',
    [
      '169.254.169.254/32',
      '169.254.170.2/32', // AWS ECS
      '100.100.100.200/32', // Alibaba
      '168.63.129.16/32', // Azure
      '192.0.0.192/32', // Oracle
      'fd00:ec2::254/128', // AWS
      'fd20:ce::254/128', // Google
    ],
  ],
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['link-local', ['169.254.0.0/16', 'fe80::/10']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']],
  ['unspecified', ['0.0.0.0/8', '::/128']],
  ['multicast', ['224.0.0.0/4', 'ff00::/8']],
  [
    'reserved',
    [
      '192.0.0.0/24',
      '192.0.2.0/24',
      '192.88.99.0/24', // 6to4 relays
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '240.0.0.0/4',
      '2001::/23', // Teredo among them
      '2001:db8::/32',
      '2002::/16', // 6to4
      '3fff::/20',
    ],
  ],
];

/** All of IPv6 that is routed on the internet. */
const GLOBAL = blockList(['2000::/3']);
/** What a network without IPv4 reaches IPv4 by (RFC 6052): public addresses only, whatever else is written behind it. */
const NAT64 = '64:ff9b::';
const NAT64_PUBLIC = blockList([`${NAT64}/96`]);
const NAT64_OTHER = blockList(RANGES.flatMap(([, ranges]) => ranges.filter(isIPv4Range).map(behindNat64)));
const PLACES = RANGES.map(([place, ranges]) => [place, blockList(ranges)] as const);

export function isNetwork(place: Place): place is Network {
  return NETWORKS.some((network) => network === place);
}

/** Where an IP address lies. IPv4 written as IPv6 (`::ffff:10.0.0.1`) lies where that IPv4 address does. */
export function placeOf(address: string): Place {
  // `fe80::1%eth0`: the zone says by which interface.
  const bare = address.split('%', 1)[0] as string;
  const family = isIPv6(bare) ? 'ipv6' : 'ipv4';
  const named = PLACES.find(([, list]) => list.check(bare, family));
  if (named !== undefined) return named[0];
  if (family === 'ipv4' || isMapped(bare) || GLOBAL.check(bare, family)) return 'public';
  return NAT64_PUBLIC.check(bare, family) && !NAT64_OTHER.check(bare, family) ? 'public' : 'reserved';
}

/** Where a host lies that says so itself: an address (in brackets for IPv6), or a name of this machine. `undefined`: any other name. */
export function placeOfHost(hostname: string): Place | undefined {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  // RFC 6761 §6.3: `localhost` and all below it are this machine, whatever a resolver says.
  if (/^(?:.+\.)?localhost\.?$/i.test(host)) return 'loopback';
  return /^[\d.]+$|:/.test(host) ? placeOf(host) : undefined;
}

function isMapped(address: string): boolean {
  return MAPPED.check(address, 'ipv6');
}

const MAPPED = blockList(['::ffff:0:0/96']);

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}

function isIPv4Range(range: string): boolean {
  return !range.includes(':');
}

function behindNat64(range: string): string {
  const [address = '', prefix] = range.split('/');
  return `${NAT64}${address}/${96 + Number(prefix)}`;
}
