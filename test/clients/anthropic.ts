import Anthropic, { toFile } from '@anthropic-ai/sdk';
import { answer, events, json } from './answers.ts';
import { failing, inTurn, listed, type Client } from './client.ts';
import type { Respond } from './stand-in.ts';

const ASK = {
  model: 'claude-x',
  max_tokens: 64,
  messages: [{ role: 'user' as const, content: 'Refund 6735? — größer 😀' }],
};

/** Anthropic's client. Its key travels in `X-Api-Key`. */
export const anthropic: Client = {
  name: '@anthropic-ai/sdk',
  respond: (request, nth) => business(request, nth),
  run: ({ url, key }) => {
    const client = new Anthropic({ apiKey: key, authToken: null, baseURL: url, maxRetries: 2 });
    return inTurn({
      'a message': () => client.messages.create({ ...ASK, stop_sequences: ['\n\nHuman:'] }),
      'a message with tools and an image': () =>
        client.messages.create({
          ...ASK,
          tools: [{ name: 'refund', input_schema: { type: 'object', properties: { amount: { type: 'number' } } } }],
          messages: [
            {
              role: 'user',
              content: [
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
                { type: 'text', text: 'What is it?', cache_control: { type: 'ephemeral' } },
              ],
            },
          ],
        }),
      'a streamed message': async () => listed(await client.messages.create({ ...ASK, stream: true })),
      'a streamed message, put together': async () => (await client.messages.stream(ASK).finalMessage()).content,
      'tokens counted': () => client.messages.countTokens({ model: ASK.model, messages: ASK.messages }),
      'all pages of a list': () => listed(client.models.list({ limit: 2 })),
      'a beta': () => client.beta.messages.create({ ...ASK, betas: ['one-2025-01-01', 'two-2025-02-02'] }),
      'a batch': () => client.messages.batches.create({ requests: [{ custom_id: 'a', params: ASK }] }),
      'a batch cancelled': () => client.messages.batches.cancel('batch_1'),
      'a batch deleted': () => client.messages.batches.delete('batch_1'),
      'a file uploaded': async () =>
        client.beta.files.upload({ file: await toFile(Buffer.from('hällo'), 'a b.txt', { type: 'text/plain' }) }),
      'a message that is answered at the second attempt': () =>
        client.messages.create({ ...ASK, model: 'claude-flaky' }),
      'an error answer': () => failing(() => client.models.retrieve('missing')),
    });
  },
};

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x',
  content: [],
  usage: { input_tokens: 1, output_tokens: 1 },
};

const business: Respond = ({ method, target, body }, nth) => {
  const text = body.toString('utf8');
  if (target.startsWith('/v1/models/missing'))
    return json({ type: 'error', error: { type: 'not_found_error', message: 'none' } }, {}, 404);
  if (text.includes('claude-flaky') && nth < 4)
    return answer(529, { 'retry-after-ms': '1', 'x-should-retry': String(nth < 9) });
  if (target.startsWith('/v1/models')) {
    const last = target.includes('after_id=b');
    const ids = last ? ['c'] : ['a', 'b'];
    return json({
      data: ids.map((id) => ({ id, type: 'model' })),
      has_more: !last,
      first_id: ids[0],
      last_id: ids.at(-1),
    });
  }
  if (text.includes('"stream":true')) {
    return events(
      ['message_start', { type: 'message_start', message: MESSAGE }],
      ['ping', { type: 'ping' }],
      ['content_block_start', { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }],
      [
        'content_block_delta',
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'größer 😀' } },
      ],
      ['content_block_stop', { type: 'content_block_stop', index: 0 }],
      ['message_delta', { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } }],
      ['message_stop', { type: 'message_stop' }],
    );
  }
  return json({ ...MESSAGE, method, bytes: body.length, input_tokens: 3 }, { 'request-id': 'req_1' });
};
