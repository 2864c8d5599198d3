import { APIConnectionError, APIConnectionTimeoutError, RateLimitError } from 'openai';
import { expect, it } from 'vitest';
import { type ModelScript, readScript } from '../../../src/lab/model/script.ts';
import { LOOK_UP, PARAMETERS, QUESTION, standIn } from './stand-in.ts';

const ASKED = {
  model: 'gpt-5',
  input: QUESTION,
  tools: [{ type: 'function' as const, name: 'get_charge', parameters: PARAMETERS, strict: false }],
};
type Fault = NonNullable<ModelScript['faults']>[number]['fault'];
const broken = (fault: Fault): ModelScript => ({ ...LOOK_UP, faults: [{ when: { turn: 1 }, fault }] });

it('a 429 says when to come back, and the client does', async () => {
  const fault = { kind: 'status' as const, status: 429, retryAfterS: 0 };
  const refused = await standIn(broken(fault));
  const error: unknown = await refused.client.responses.create(ASKED).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(RateLimitError);
  expect((error as RateLimitError).code).toBe('rate_limit_exceeded');
  expect((error as RateLimitError).headers.get('retry-after')).toBe('0');
  const patient = await standIn(broken(fault), { maxRetries: 1 });
  expect((await patient.client.responses.create(ASKED)).output_text).toBe('Let me look.');
});

it('a fault strikes as often as it says', async () => {
  const { client, model } = await standIn({
    ...LOOK_UP,
    faults: [{ times: 2, fault: { kind: 'status', status: 500 } }],
  });
  const statuses = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const { status } = await client.responses.create(ASKED).then(
      () => ({ status: 200 }),
      (error: unknown) => error as { status: number },
    );
    statuses.push(status);
  }
  expect(statuses).toEqual([500, 500, 200]);
  expect(model.answered).toBe(1);
});

it('half an answer is no answer, whole or as a stream', async () => {
  for (const kind of ['malformed', 'cut'] as const) {
    const whole = await standIn(broken({ kind }));
    await expect(whole.client.responses.create(ASKED)).rejects.toThrow();
    const streamed = await standIn(broken({ kind }));
    const events: string[] = [];
    const read = async (): Promise<void> => {
      for await (const { type } of await streamed.client.responses.create({ ...ASKED, stream: true }))
        events.push(type);
    };
    // A stream that ends early without a break is an end to the client; what it never says is that it is complete.
    if (kind === 'cut') await expect(read()).rejects.toThrow();
    else await read().catch(() => undefined);
    expect(events).toContain('response.created');
    expect(events).not.toContain('response.completed');
  }
});

it('a reset breaks the connection, a hang outlasts the client', async () => {
  const reset = await standIn(broken({ kind: 'reset' }));
  await expect(reset.client.responses.create(ASKED)).rejects.toBeInstanceOf(APIConnectionError);
  const hang = await standIn(broken({ kind: 'hang' }), { timeout: 100 });
  await expect(hang.client.responses.create(ASKED)).rejects.toBeInstanceOf(APIConnectionTimeoutError);
  expect((await hang.client.responses.create(ASKED, { timeout: 10_000 })).output_text).toBe('Let me look.');
});

it('what the script has no answer for is said, once, and is not tried again', async () => {
  const { client, model } = await standIn({ turns: [{ when: { turn: 2 }, say: 'later' }] }, { maxRetries: 3 });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await expect(client.responses.create(ASKED)).rejects.toMatchObject({
      status: 400,
      code: 'script_lost',
      message: expect.stringContaining('no turn is for answer 1, where the user said: How much is ch_7?'),
    });
  }
  expect(model.lost).toHaveLength(1);
});

it('a script that asks for what is not there is lost, and says what is missing', async () => {
  const lost: [ModelScript['turns'][number], string][] = [
    [{ say: '{{last.id}}' }, 'no tool has been called'],
    [{ say: '{{user /ord_\\d+/}}' }, "the user's last message has nothing of the kind"],
    [{ call: { tool: 'create_refund' } }, 'the agent offers no tool `create_refund`; it offers get_charge'],
  ];
  for (const [turn, message] of lost) {
    const { client } = await standIn({ turns: [turn] });
    await expect(client.responses.create(ASKED)).rejects.toThrow(message);
  }
});

it('another key, another path and another body are refused as the API would', async () => {
  const { client, model } = await standIn(LOOK_UP);
  await expect(client.withOptions({ apiKey: 'sk-other' }).responses.create(ASKED)).rejects.toMatchObject({
    status: 401,
  });
  await expect(client.embeddings.create({ model: 'm', input: 'x' })).rejects.toMatchObject({ status: 404 });
  const headers = { authorization: `Bearer ${client.apiKey}` };
  const text = await fetch(`${model.url}/responses`, { method: 'POST', body: 'no JSON', headers });
  expect(text.status).toBe(400);
});

it('a script with a fault in it is refused, with the place', () => {
  const read = readScript({ turns: [{ say: 'hello', whne: {} }, {}] });
  expect(read).toMatchObject({ ok: false });
  if (!read.ok) expect(read.failure).toMatch(/whne[\s\S]*turns\[0\][\s\S]*say[\s\S]*turns\[1\]/);
});
