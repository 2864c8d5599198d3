import { LogLevel, WebClient } from '@slack/web-api';
import { answer, json } from './answers.ts';
import { failing, inTurn, listed, type Client } from './client.ts';
import type { Respond } from './stand-in.ts';

/* oxlint-disable unicorn/require-post-message-target-origin -- Slack's, not a window's */

/** Slack's client: forms whose values are JSON, and multipart where a value is bytes. */
export const slack: Client = {
  name: '@slack/web-api',
  respond: (request, nth) => business(request, nth),
  run: ({ url, key }) => {
    const client = new WebClient(key, {
      slackApiUrl: `${url}/api/`,
      logLevel: LogLevel.ERROR,
      retryConfig: { retries: 1, minTimeout: 1 },
    });
    return inTurn({
      'who it is': () => client.auth.test(),
      'a message': () => client.chat.postMessage({ channel: 'C1', text: 'Refunded <@U1> & 5 € — "größer" 😀; a=b' }),
      'a message of blocks': () =>
        client.chat.postMessage({
          channel: 'C1',
          text: 'fallback',
          blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*bold* `x=1&y=[2]`\n• one' } }],
          metadata: { event_type: 'refund', event_payload: { amount: 12.5 } },
        }),
      'all pages of a list': () =>
        listed(client.paginate('conversations.list', { limit: 2, types: 'public_channel,private_channel' })),
      'history since a time': () =>
        client.conversations.history({ channel: 'C1', oldest: '1700000000.123456', inclusive: true }),
      'a reaction': () => client.reactions.add({ channel: 'C1', timestamp: '1.2', name: '+1' }),
      'a picture uploaded': () => client.users.setPhoto({ image: Buffer.from([137, 80, 78, 71, 0, 255, 13, 10]) }),
      'a message that is answered at the second attempt': () =>
        client.chat.update({ channel: 'C1', ts: '1.2', text: 'x' }),
      'an error answer': () => failing(() => client.chat.delete({ channel: 'C1', ts: '0' })),
    });
  },
};

const business: Respond = ({ target, body }, nth) => {
  if (target === '/api/chat.update' && nth === 0) return answer(429, { 'Retry-After': '0' });
  if (target === '/api/chat.delete') return json({ ok: false, error: 'message_not_found' });
  if (target === '/api/conversations.list') {
    const last = body.includes('cursor=next');
    const channels = last ? ['C3'] : ['C1', 'C2'];
    return json({ ok: true, channels, response_metadata: { next_cursor: last ? '' : 'next=' } });
  }
  return json({ ok: true, ts: '1.2', bytes: body.length > 0 }, { 'x-oauth-scopes': 'chat:write' });
};
