import { isNetwork, placeOfHost } from '../network.ts';
import { compileChannel } from '../notify.ts';
import type { Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { PolicyFile } from '../schema.ts';

const ONE_CHANNEL = '{ pagerduty: … }, { slack: … } or { webhook: … }, one per entry';
const PAGE_IN_THE_CLEAR = 'a page says whose money moved and must not cross the network unencrypted';
const URL_FORM = 'an https address: https://ops.example/hook';

/** Each entry is one channel, at an address that a page may cross the network to, and no channel stands twice. */
export function checkNotify(policy: PolicyFile, report: Report): void {
  const names = new Map<string, number>();
  for (const [index, entry] of policy.notify.entries()) {
    const path: Path = ['notify', index];
    const { pagerduty, slack, webhook, on } = entry;
    const named = [pagerduty, slack, webhook].filter((channel) => channel !== undefined);
    if (named.length !== 1) {
      const message = named.length === 0 ? 'this entry names no channel' : 'this entry names more than one channel';
      report.error(path, { message, accepted: ONE_CHANNEL, secret: true });
      continue;
    }
    if (pagerduty !== undefined) checkAddress(pagerduty.url, [...path, 'pagerduty', 'url'], report);
    if (webhook !== undefined) checkAddress(webhook.url, [...path, 'webhook', 'url'], report);
    const twice = on?.find((kind, at) => on.indexOf(kind) !== at);
    if (twice !== undefined) report.error([...path, 'on', on!.lastIndexOf(twice)], `\`${twice}\` stands twice`);
    const name = compileChannel(entry)?.name ?? '';
    const earlier = names.get(name);
    if (earlier !== undefined) {
      report.error(path, { message: `\`notify[${earlier}]\` is this channel already`, secret: true });
    }
    names.set(name, earlier ?? index);
  }
}

/** An address to post to. `inTheClear`: why nothing of the kind may cross the network unencrypted. */
export function checkAddress(url: string, path: Path, report: Report, inTheClear = PAGE_IN_THE_CLEAR): void {
  const address = URL.parse(url);
  const error = (message: string): void => report.error(path, { message, accepted: URL_FORM, secret: true });
  if (address === null) return error('this is no address');
  if (address.protocol !== 'https:' && address.protocol !== 'http:')
    return error(`\`${address.protocol}\` is not spoken`);
  if (url.includes('@')) return error('an address carries no user or password');
  if (url.includes('#')) return error('an address to post to has no fragment');
  if (/[\s\\]/.test(url)) return error('the address has white space or `\\`');
  const place = placeOfHost(address.hostname);
  if (place !== undefined && !isNetwork(place)) return error(`a ${place} address takes no pages`);
  if (address.protocol === 'http:' && place !== 'loopback') {
    error(inTheClear);
  }
}
