import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { placeOf, placeOfHost, type Place } from '../../src/policy/network.ts';
import { formatProblem, loadPolicy } from '../../src/policy/index.ts';

const PLACES: Readonly<Record<Place, readonly string[]>> = {
  public: ['8.8.8.8', '172.32.0.1', '100.128.0.1', '11.0.0.0', '2606:4700::1', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'],
  private: [
    '10.0.0.0',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    'fc00::1',
    'fdff::',
    '::ffff:10.1.1.1',
  ],
  loopback: ['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1'],
  metadata: [
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    'fd00:ec2::254',
    '::ffff:a9fe:a9fe',
  ],
  'link-local': ['169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'febf::1', '::ffff:169.254.1.1'],
  unspecified: ['0.0.0.0', '0.1.2.3', '::', '::ffff:0.0.0.0'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', '::ffff:224.0.0.1'],
  // IPv4 inside IPv6 that would be unwrapped on the way (compatible, translated, NAT64, 6to4, Teredo), and what is routed nowhere.
  reserved: [
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::8.8.8.8',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    '2001:db8::1',
    'fec0::1',
    '4000::1',
    '255.255.255.255',
    '240.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
  ],
};

describe('where an address lies', () => {
  const rows = Object.entries(PLACES).flatMap(([place, addresses]) => addresses.map((address) => [address, place]));
  test.each(rows)('%s is %s', (address, place) => expect(placeOf(address)).toBe(place));

  test.each(['localhost', 'LOCALHOST', 'localhost.', 'db.localhost', 'a.b.localhost.'])(
    '%s is this machine',
    (name) => {
      expect(placeOfHost(name)).toBe('loopback');
    },
  );

  test.each(['localhost.example', 'mylocalhost', '127.0.0.1.example', 'api.stripe.com'])('%s says nothing', (name) => {
    expect(placeOfHost(name)).toBeUndefined();
  });
});

const byte = fc.nat(255);
const ipv4 = fc.tuple(byte, byte, byte, byte);
type Bytes = readonly [number, number, number, number];
const dotted = (bytes: Bytes): string => bytes.join('.');
const hextets = ([a, b, c, d]: Bytes): string => `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;

property.prop([ipv4])('IPv4 mapped into IPv6, in either writing, lies where it lies as IPv4', (bytes) => {
  const place = placeOf(dotted(bytes));
  expect(placeOf(`::ffff:${dotted(bytes)}`)).toBe(place);
  expect(placeOf(`::ffff:${hextets(bytes)}`)).toBe(place);
  expect(placeOf(`0:0:0:0:0:FFFF:${dotted(bytes)}`)).toBe(place);
});

property.prop([ipv4])('no other IPv6 around an IPv4 address leads inside', (bytes) => {
  expect(placeOf(`64:ff9b::${dotted(bytes)}`)).toBe(placeOf(dotted(bytes)) === 'public' ? 'public' : 'reserved');
  expect(placeOf(`64:ff9b:1::${dotted(bytes)}`)).toBe('reserved');
  expect(placeOf(`2002:${hextets(bytes)}::1`)).toBe('reserved');
  const compatible = placeOf(`::${dotted(bytes)}`);
  expect(['reserved', 'unspecified', 'loopback']).toContain(compatible);
  // `::0.0.0.1` is `::1` itself.
  if (compatible === 'loopback') expect(dotted(bytes)).toBe('0.0.0.1');
});

const SPELLINGS: readonly ((bytes: Bytes) => string)[] = [
  ([a, b, c, d]) => String(((a * 256 + b) * 256 + c) * 256 + d),
  ([a, b, c, d]) => `0x${[a, b, c, d].map((each) => each.toString(16).padStart(2, '0')).join('')}`,
  (bytes) => bytes.map((each) => `0${each.toString(8)}`).join('.'),
  (bytes) => bytes.map((each) => `0x${each.toString(16)}`).join('.'),
  ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
  ([a, b, c, d]) => `${a}.${(b * 256 + c) * 256 + d}`,
  (bytes) => `${dotted(bytes)}.`,
  (bytes) => dotted(bytes).replaceAll('.', '。'),
  (bytes) => dotted(bytes).replaceAll('.', '%2e'),
];

function problemsOf(url: string, network: string): string {
  const text = `
version: 1
upstreams: { api: { url: "${url}", network: ${network}, credential: { env: KEY, as: bearer } } }
routes: { read: { match: GET /read, upstream: api, effect: read } }
agents: { bot: { stage: production, allow: [read] } }
`;
  const loaded = loadPolicy(text, 'p.yaml');
  return loaded.ok ? '' : loaded.failure.map((problem) => formatProblem('p.yaml', problem)).join('\n');
}

property.prop([ipv4, fc.constantFrom(...SPELLINGS), fc.constantFrom('public', 'private', 'loopback')], { numRuns: 60 })(
  'an IPv4 address in any spelling but its own is refused in every network',
  (bytes, spell, network) => {
    fc.pre(spell(bytes) !== dotted(bytes));
    expect(problemsOf(`https://${spell(bytes)}/v1`, network)).not.toBe('');
  },
);

property.prop([ipv4, fc.constantFrom('public', 'private', 'loopback')], { numRuns: 60 })(
  'an address in its own spelling is accepted in the network where it lies, and in no other',
  (bytes, network) => {
    expect(problemsOf(`https://${dotted(bytes)}/v1`, network) === '').toBe(placeOf(dotted(bytes)) === network);
  },
);
