import type { PolicyFile } from '../schema.ts';
import type { UpstreamFile } from '../schema/upstream.ts';
import type { Report } from '../report.ts';
import type { Path } from '../problem.ts';
import { isNetwork, placeOfHost } from '../network.ts';
import { checkBreaker } from '../rules/breaker.ts';

const URL_FORM = 'an http or https address: https://api.stripe.com';
/** Headers that frame or route a message: a key in one of them would change what is sent. */
const RESERVED_HEADERS = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'proxy',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const NETWORKS = { public: 'on the internet', private: 'in a private network', loopback: 'on this machine' } as const;

const WRITTEN_HOST = /^\w+:\/\/(\[[^\]]*\]|[^/:]*)/;

export function checkUpstreams(policy: PolicyFile, report: Report): void {
  const ports = new Map<number, string>();
  for (const [id, upstream] of Object.entries(policy.upstreams)) {
    const path: Path = ['upstreams', id];
    checkUrl(upstream, [...path, 'url'], report);
    checkNetwork(upstream, path, report);
    checkHeader(upstream, [...path, 'credential', 'as'], report);
    checkBreaker(upstream, path, report);
    if (!Object.values(policy.routes).some((route) => route.upstream === id)) {
      report.error(path, { message: `no route belongs to the upstream \`${id}\``, on: 'key' });
    }
    const { port } = upstream;
    const other = port === undefined || port === 0 ? undefined : ports.get(port);
    if (other !== undefined) report.error([...path, 'port'], `port ${port} is already that of \`${other}\``);
    if (port !== undefined) ports.set(port, id);
  }
}

function checkUrl({ url, network }: UpstreamFile, path: Path, report: Report): void {
  const address = URL.parse(url);
  const error = (message: string): void => report.error(path, { message, accepted: URL_FORM, secret: true });
  if (address === null) return error('this is no address');
  if (address.protocol !== 'http:' && address.protocol !== 'https:')
    return error(`\`${address.protocol}\` is not spoken`);
  if (url.includes('@')) return error('an address carries no user or password; the key belongs in `credential`');
  if (/[?#]/.test(url)) return error('an upstream address has no query or fragment');
  if (/[\s\\]/.test(url) || /\/\.{1,2}(\/|$)/.test(url))
    return error('the address has white space, `\\`, `/./` or `/../`');
  if (address.protocol === 'http:' && network !== 'loopback') {
    report.warn(path, { message: 'the key and every call cross the network unencrypted', accepted: 'https://…' });
  }
}

/** Where an address says itself where it lies, that must be the network it is said to be in. A name is asked when connected to. */
function checkNetwork({ url, network, ca }: UpstreamFile, path: Path, report: Report): void {
  const address = URL.parse(url);
  if (address === null) return;
  const { hostname, protocol } = address;
  if (ca !== undefined && protocol === 'http:')
    report.error([...path, 'ca'], 'an `http:` address shows no certificate');
  const place = placeOfHost(hostname);
  if (place === undefined || place === network) {
    // `2130706433` and `0x7f.1` are 127.0.0.1 too, which nobody who reads the policy can see.
    if (place !== undefined && WRITTEN_HOST.exec(url)?.[1]?.toLowerCase() !== hostname) {
      report.error([...path, 'url'], { message: `this is another spelling of \`${hostname}\``, accepted: hostname });
    }
    return;
  }
  const message = `\`${hostname}\` is a ${place} address`;
  if (!isNetwork(place)) {
    report.error([...path, 'url'], { message: `${message}; no upstream is ever there`, accepted: URL_FORM });
  } else {
    const accepted = `network: ${place}, if it really is ${NETWORKS[place]}`;
    report.error([...path, 'url'], {
      message: `${message}, and the upstream is said to be ${NETWORKS[network]}`,
      accepted,
    });
  }
}

function checkHeader({ credential }: UpstreamFile, path: Path, report: Report): void {
  const name = headerOf(credential.as);
  if (name !== undefined && RESERVED_HEADERS.has(name)) {
    report.error(path, `the header \`${name}\` frames or routes the message; no key travels in it`);
  }
}

/** The header that a credential names, in lower case; `undefined` for bearer and basic. */
export function headerOf(as: UpstreamFile['credential']['as']): string | undefined {
  if (typeof as === 'object') return as.header.toLowerCase();
  return /^header: ?(.+)$/.exec(as)?.[1]?.toLowerCase();
}
