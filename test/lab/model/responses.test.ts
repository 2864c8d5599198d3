import type { ResponseInput } from 'openai/resources/responses/responses';
import { expect, it } from 'vitest';
import { CHARGE, LOOK_UP, PARAMETERS, QUESTION, SAID, standIn } from './stand-in.ts';

const TOOLS = [{ type: 'function' as const, name: 'get_charge', parameters: PARAMETERS, strict: false }];
const ASKED = { model: 'gpt-5', input: QUESTION, tools: TOOLS };
const output = (call_id: string): ResponseInput[number] => ({
  type: 'function_call_output',
  call_id,
  output: JSON.stringify(CHARGE),
});

it("an answer is what OpenAI's client expects of a response", async () => {
  const { client } = await standIn(LOOK_UP);
  const response = await client.responses.create({ ...ASKED, instructions: 'Be brief.' });
  expect(response).toMatchObject({ object: 'response', status: 'completed', error: null, instructions: 'Be brief.' });
  expect(response.output_text).toBe('Let me look.');
  expect(response.output.map(({ type }) => type)).toEqual(['message', 'function_call']);
  expect(response.output[1]).toMatchObject({ name: 'get_charge', arguments: '{"id":"ch_7","deep":true}' });
  expect(response.usage?.total_tokens).toBe((response.usage?.input_tokens ?? 0) + (response.usage?.output_tokens ?? 0));
});

it('a conversation goes on by its items, by references to them, or by the id of the last answer', async () => {
  const { client } = await standIn(LOOK_UP);
  const first = await client.responses.create(ASKED);
  const call = first.output.find((item) => item.type === 'function_call');
  const result = output(call?.call_id ?? '');
  const user = { role: 'user' as const, content: QUESTION };
  // What came is sent back as it came; only the client's types tell the two apart.
  const made = first.output as ResponseInput;
  const items = await client.responses.create({ ...ASKED, input: [user, ...made, result] });
  expect(items.output_text).toBe(SAID);
  const references = first.output.map(({ id }) => ({ type: 'item_reference' as const, id: id ?? '' }));
  expect((await client.responses.create({ ...ASKED, input: [user, ...references, result] })).output_text).toBe(SAID);
  const next = await client.responses.create({ ...ASKED, input: [result], previous_response_id: first.id });
  expect(next.output_text).toBe(SAID);
  expect(next.previous_response_id).toBe(first.id);
});

it('nothing is remembered of an answer that was not to be stored', async () => {
  const { client } = await standIn(LOOK_UP);
  const first = await client.responses.create({ ...ASKED, store: false });
  const again = client.responses.create({ ...ASKED, input: 'And?', previous_response_id: first.id });
  await expect(again).rejects.toMatchObject({ status: 400, message: expect.stringContaining('not found') });
});

it("a stream's events put the same answer together, numbered without a gap", async () => {
  const { client } = await standIn(LOOK_UP);
  const stream = client.responses.stream(ASKED);
  const [numbers, kinds]: [number[], string[]] = [[], []];
  let given = '';
  for await (const event of stream) {
    numbers.push(event.sequence_number);
    kinds.push(event.type);
    if (event.type === 'response.function_call_arguments.delta') given += event.delta;
  }
  const response = await stream.finalResponse();
  expect(response.output_text).toBe('Let me look.');
  expect(given).toBe('{"id":"ch_7","deep":true}');
  expect(response.output[1]).toMatchObject({ type: 'function_call', arguments: given, call_id: expect.any(String) });
  expect(numbers).toEqual(numbers.map((_, index) => index));
  expect(kinds[0]).toBe('response.created');
  expect(kinds.at(-1)).toBe('response.completed');
});

it('a result without its call, or a call without its result, is not taken', async () => {
  const { client } = await standIn(LOOK_UP);
  const stray = client.responses.create({ ...ASKED, input: [output('call_9')] });
  await expect(stray).rejects.toMatchObject({ status: 400, message: expect.stringContaining('No tool call found') });
  const call = { type: 'function_call' as const, call_id: 'call_9', name: 'get_charge', arguments: '{}' };
  const open = client.responses.create({ ...ASKED, input: [{ role: 'user', content: QUESTION }, call] });
  await expect(open).rejects.toMatchObject({ status: 400, message: expect.stringContaining('No tool output found') });
});
