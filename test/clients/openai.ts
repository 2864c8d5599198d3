import OpenAI, { toFile } from 'openai';
import { answer, events, json } from './answers.ts';
import { failing, inTurn, listed, type Client } from './client.ts';
import type { Respond } from './stand-in.ts';

const MESSAGES = [
  { role: 'system' as const, content: 'You are terse.' },
  { role: 'user' as const, content: 'Refund "6735"?\n\t— größer 😀 \u2028 \\ done' },
];
const TOOL = {
  type: 'function' as const,
  function: {
    name: 'refund',
    parameters: { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] },
  },
};

/** OpenAI's client. */
export const openai: Client = {
  name: 'openai',
  respond: (request, nth) => business(request, nth),
  run: ({ url, key }) => {
    const client = new OpenAI({
      apiKey: key,
      baseURL: `${url}/v1`,
      organization: 'org-1',
      project: 'proj_1',
      maxRetries: 2,
    });
    const file = async () =>
      toFile(Buffer.from('{"prompt":"a\\u00e4"}\n'), 'größe.jsonl', { type: 'application/jsonl' });
    return inTurn({
      'a completion': () =>
        client.chat.completions.create({ model: 'gpt-x', messages: MESSAGES, temperature: 0.7, top_p: 1e-7 }),
      'a completion with tools and a bias': () =>
        client.chat.completions.create({
          model: 'gpt-x',
          messages: MESSAGES,
          tools: [TOOL],
          logit_bias: { '50256': -100, '11': 2.5 },
          metadata: { task: 'ticket-4711' },
        }),
      'a streamed completion': async () =>
        listed(await client.chat.completions.create({ model: 'gpt-x', messages: MESSAGES, stream: true })),
      'a response': () => client.responses.create({ model: 'gpt-x', input: 'Say ü' }),
      'a streamed response': async () =>
        listed(await client.responses.create({ model: 'gpt-x', input: 'Say ü', stream: true })),
      'embeddings of numbers': () =>
        client.embeddings.create({
          model: 'embed',
          input: [
            [1, 2, 3],
            [50_256, 11],
          ],
          encoding_format: 'float',
        }),
      'all pages of a list': () => listed(client.files.list({ limit: 2, purpose: 'fine-tune' })),
      'a list with nested names': () =>
        client.responses.inputItems.list('resp_1', {
          include: ['message.input_image.image_url', 'file_search_call.results'],
        }),
      'a file uploaded': async () => client.files.create({ file: await file(), purpose: 'fine-tune' }),
      'audio uploaded': async () =>
        client.audio.transcriptions.create({
          file: await toFile(Buffer.alloc(3_000_000, 7), 'call.wav', { type: 'audio/wav' }),
          model: 'whisper',
          timestamp_granularities: ['word', 'segment'],
          response_format: 'verbose_json',
        }),
      'a file downloaded': async () => {
        const answered = await client.files.content('file-1');
        return Buffer.from(await answered.arrayBuffer()).toString('hex');
      },
      'a file deleted': () => client.files.delete('file-1'),
      'a POST without a body': () => client.batches.cancel('batch_1'),
      'a completion that is answered at the second attempt': () =>
        client.completions.create({ model: 'gpt-flaky', prompt: 'x' }),
      'an error answer': () => failing(() => client.models.retrieve('missing')),
      'an id with colons': () => client.models.retrieve('ft:gpt-x:acme::abc'),
    });
  },
};

const CHUNK = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-x' };

const business: Respond = ({ method, target, body }, nth) => {
  const text = body.toString('utf8');
  if (target === '/v1/models/missing')
    return json({ error: { message: 'no such model', type: 'x', code: 'none' } }, {}, 404);
  if (target === '/v1/completions' && nth === 0) return answer(500, { 'retry-after-ms': '1' });
  if (target === '/v1/files/file-1/content') {
    return answer(200, { 'Content-Type': 'application/octet-stream' }, Buffer.from([0, 255, 10, 13, 128, 7]));
  }
  if (target.startsWith('/v1/files?')) {
    const last = target.includes('after=file-2');
    const ids = last ? ['file-3'] : ['file-1', 'file-2'];
    return json({ object: 'list', data: ids.map((id) => ({ id })), has_more: !last, last_id: ids.at(-1) });
  }
  if (text.includes('"stream":true') && target === '/v1/chat/completions') {
    const deltas = ['Gr', 'öß', 'e 😀', ''].map(
      (content) => [null, { ...CHUNK, choices: [{ index: 0, delta: { content } }] }] as const,
    );
    return events(...deltas, [null, '[DONE]']);
  }
  if (text.includes('"stream":true')) {
    return events(
      ['response.created', { type: 'response.created', response: { id: 'r1' } }],
      ['response.output_text.delta', { type: 'response.output_text.delta', delta: 'ü' }],
      ['response.completed', { type: 'response.completed', response: { id: 'r1', output: [] } }],
    );
  }
  return json({ id: 'x', object: 'thing', method, bytes: body.length, output: [], choices: [], data: [] });
};
