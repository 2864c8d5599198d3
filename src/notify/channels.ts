import { unreachable } from '../std/assert.ts';
import { fail, ok, type Result } from '../std/result.ts';
import { isNetwork, placeOfHost, type NotifyChannel } from '../policy/index.ts';
import type { Channel } from './channel.ts';
import { pagerDuty } from './pagerduty.ts';
import { slack } from './slack.ts';
import { webhook } from './webhook.ts';

/** Standard Webhooks' lower bound of a signing secret. */
const SIGNING_SECRET_BYTES_MIN = 24;
export const SIGNING_SECRET_FORM = `whsec_ and at least ${SIGNING_SECRET_BYTES_MIN} random bytes in base64: echo whsec_$(openssl rand -base64 32)`;

/**
 * The channels of a policy with their secrets, read from the environment once. All of them or, as a failure, what stands
 * in the way of each: a door that cannot page must say so before it opens.
 */
export function openChannels(
  notify: readonly NotifyChannel[],
  environment: Readonly<Record<string, string | undefined>>,
): Result<readonly Channel[], readonly string[]> {
  const opened = notify.map((channel) => openChannel(channel, environment[channel.env] ?? ''));
  const faults = opened.flatMap((result) => (result.ok ? [] : [result.failure]));
  const channels = opened.flatMap((result) => (result.ok ? [result.value] : []));
  return faults.length === 0 ? ok(channels) : fail(faults);
}

/** The faults name the variable and its form, never what it holds. */
function openChannel(channel: NotifyChannel, secret: string): Result<Channel, string> {
  const refused = (why: string, next: string): Result<Channel, string> =>
    fail(`Failed to open the channel \`${channel.name}\`: the environment variable ${channel.env} ${why}; ${next}.`);
  if (secret === '') return refused('is not set', `set it to ${HOLDS[channel.kind]}`);
  if (/[^\x21-\x7e]/.test(secret)) return refused('has white space or no plain text', 'set it without');
  switch (channel.kind) {
    case 'pagerduty':
      return ok(pagerDuty(channel, channel.url, secret));
    case 'slack': {
      const address = URL.parse(secret);
      const place = address === null ? undefined : placeOfHost(address.hostname);
      if (place !== undefined && !isNetwork(place))
        return refused(`holds a ${place} address`, `set it to ${HOLDS.slack}`);
      const safe = address?.protocol === 'https:' || (address?.protocol === 'http:' && place === 'loopback');
      if (!safe) return refused('holds no https address', `set it to ${HOLDS.slack}`);
      return ok(slack(channel, secret));
    }
    case 'webhook':
      if (!isSigningSecret(secret)) return refused('holds no signing secret', `set it to ${HOLDS.webhook}`);
      return ok(webhook(channel, channel.url, secret));
    default:
      return unreachable(channel);
  }
}

const HOLDS = {
  pagerduty: 'the routing key of an Events API v2 integration',
  slack: 'the https address of an incoming webhook',
  webhook: SIGNING_SECRET_FORM,
} as const satisfies Record<NotifyChannel['kind'], string>;

export function isSigningSecret(secret: string): boolean {
  const base64 = secret.replace(/^whsec_/, '');
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length >= SIGNING_SECRET_BYTES_MIN && bytes.toString('base64') === base64;
}
