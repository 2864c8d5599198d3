import { Webhook } from 'standardwebhooks';
import type { ChannelTerms } from '../policy/notify.ts';
import type { Channel } from './channel.ts';
import type { Page } from './page.ts';
import { poster } from './post.ts';

/** What an event is called to programs. */
const TYPES = {
  freeze: 'agent.frozen',
  resume: 'agent.resumed',
  hold: 'call.held',
  stage: 'agent.stage',
  test: 'page.test',
} as const satisfies Record<Page['kind'], string>;

/**
 * A signed POST as Standard Webhooks 1.0.0 says: `webhook-id` stays the same over every attempt, so that a receiver can
 * drop what it has seen; `webhook-timestamp` is the attempt's, so that it can refuse what is old.
 *
 * @param secret `whsec_` and base64
 */
export function webhook({ name, on }: ChannelTerms, url: string, secret: string): Channel {
  const signer = new Webhook(secret);
  const { post, close } = poster([secret, secret.replace(/^whsec_/, '')]);
  return {
    name,
    on,
    send: (page, at, signal) => {
      const body = JSON.stringify(payloadOf(page));
      const headers = {
        'webhook-id': page.id,
        'webhook-timestamp': String(Math.floor(at / 1_000)),
        'webhook-signature': signer.sign(page.id, new Date(at), body),
      };
      return post({ url, headers, body }, at, signal);
    },
    close,
  };
}

function payloadOf({ id, incident, ends, kind, at, facts, ...shown }: Page): object {
  const { agent, environment, severity, title, reason, commands } = shown;
  const data = {
    page: id,
    incident,
    ends,
    agent,
    environment,
    severity,
    title,
    reason,
    facts: Object.fromEntries(facts.map(({ name, value }) => [name, value])),
    commands,
  };
  return { type: TYPES[kind], timestamp: new Date(at).toISOString(), data };
}
