import { expect, it } from 'vitest';
import { CHARGE, LOOK_UP, PARAMETERS, QUESTION, SAID, standIn } from './stand-in.ts';

const TOOLS = [
  { type: 'function' as const, function: { name: 'get_charge', description: 'A charge', parameters: PARAMETERS } },
];
const ASKED = { model: 'gpt-5', messages: [{ role: 'user' as const, content: QUESTION }], tools: TOOLS };

it("an answer is what OpenAI's client expects of a chat completion", async () => {
  const { client, model } = await standIn(LOOK_UP);
  const completion = await client.chat.completions.create(ASKED);
  expect(completion).toMatchObject({
    object: 'chat.completion',
    model: 'gpt-5',
    id: expect.stringMatching(/^chatcmpl-/),
  });
  const [choice] = completion.choices;
  expect(choice?.finish_reason).toBe('tool_calls');
  expect(choice?.message).toMatchObject({ role: 'assistant', content: 'Let me look.', refusal: null });
  const [call] = choice?.message.tool_calls ?? [];
  expect(call).toMatchObject({
    type: 'function',
    function: { name: 'get_charge', arguments: '{"id":"ch_7","deep":true}' },
  });
  const { usage } = completion;
  expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
  expect(usage?.completion_tokens).toBeGreaterThan(0);
  expect(model.answered).toBe(1);
});

it("the client's own tool loop runs to its end, whole and as a stream", async () => {
  const { client } = await standIn(LOOK_UP);
  const tools = [
    {
      type: 'function' as const,
      function: {
        name: 'get_charge',
        description: 'A charge',
        parameters: PARAMETERS,
        parse: JSON.parse as (text: string) => { readonly id: string },
        function: ({ id }: { readonly id: string }) => JSON.stringify({ ...CHARGE, id }),
      },
    },
  ];
  const whole = client.chat.completions.runTools({ ...ASKED, tools });
  expect(await whole.finalContent()).toBe(SAID);
  const streamed = client.chat.completions.runTools({ ...ASKED, tools, stream: true });
  expect(await streamed.finalContent()).toBe(SAID);
  const [, call] = streamed.messages;
  expect(call).toMatchObject({ tool_calls: [{ function: { arguments: '{"id":"ch_7","deep":true}' } }] });
});

it('a stream comes in pieces, and tells its usage where that is asked for', async () => {
  const { client } = await standIn(LOOK_UP);
  const chunks = [];
  for await (const chunk of await client.chat.completions.create({
    ...ASKED,
    stream: true,
    stream_options: { include_usage: true },
  })) {
    chunks.push(chunk);
  }
  expect(chunks.length).toBeGreaterThan(5);
  expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Let me look.');
  expect(chunks.flatMap(({ choices }) => choices.map(({ finish_reason }) => finish_reason)).filter(Boolean)).toEqual([
    'tool_calls',
  ]);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
});

it('a conversation that the API would not take is not taken', async () => {
  const { client } = await standIn(LOOK_UP);
  const call = { id: 'call_9', type: 'function' as const, function: { name: 'get_charge', arguments: '{}' } };
  const user = { role: 'user' as const, content: QUESTION };
  const asking = { role: 'assistant' as const, tool_calls: [call] };
  const result = { role: 'tool' as const, tool_call_id: 'call_9', content: '{}' };
  const refused = (messages: Parameters<typeof client.chat.completions.create>[0]['messages']): Promise<unknown> =>
    client.chat.completions.create({ ...ASKED, messages }).then(
      () => 'taken',
      (error: unknown) => error,
    );
  expect(await refused([user, result])).toMatchObject({
    status: 400,
    message: expect.stringContaining('preceding message'),
  });
  expect(await refused([user, asking])).toMatchObject({ status: 400, message: expect.stringContaining('call_9') });
  expect(await refused([user, asking, user])).toMatchObject({ status: 400 });
  expect(await refused([user, asking, { role: 'assistant', content: 'Well.' }])).toMatchObject({
    status: 400,
    message: expect.stringContaining('call_9'),
  });
  expect(await refused([])).toMatchObject({ status: 400 });
});
