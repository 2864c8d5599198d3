import type { PolicyFile } from '../schema.ts';
import type { UpstreamFile } from '../schema/upstream.ts';
import type { Report } from '../report.ts';
import type { Path } from '../problem.ts';
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
/** Path prefixes that the door answers itself begin with a dot, which no name can. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export function checkUpstreams(policy: PolicyFile, report: Report): void {
  const ports = new Map<number, string>();
  for (const [id, upstream] of Object.entries(policy.upstreams)) {
    const path: Path = ['upstreams', id];
    checkUrl(upstream, [...path, 'url'], report);
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

function checkUrl({ url }: UpstreamFile, path: Path, report: Report): void {
  const address = URL.parse(url);
  const error = (message: string): void => report.error(path, { message, accepted: URL_FORM, secret: true });
  if (address === null) return error('this is no address');
  if (address.protocol !== 'http:' && address.protocol !== 'https:')
    return error(`\`${address.protocol}\` is not spoken`);
  if (url.includes('@')) return error('an address carries no user or password; the key belongs in `credential`');
  if (/[?#]/.test(url)) return error('an upstream address has no query or fragment');
  if (/[\s\\]/.test(url) || /\/\.{1,2}(\/|$)/.test(url))
    return error('the address has white space, `\\`, `/./` or `/../`');
  if (address.protocol === 'http:' && !LOOPBACK.test(address.hostname)) {
    report.warn(path, { message: 'the key and every call cross the network unencrypted', accepted: 'https://…' });
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
