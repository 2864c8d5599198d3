import OpenAI from 'openai';
import { onTestFinished } from 'vitest';
import { type ModelScript, readScript } from '../../../src/lab/model/script.ts';
import { MODEL_KEY, type ModelServer, serveModel } from '../../../src/lab/model/server.ts';

/** A model that plays a script, and OpenAI's own client for it. */
export async function standIn(
  script: ModelScript,
  options: { readonly maxRetries?: number; readonly timeout?: number } = {},
): Promise<{ readonly model: ModelServer; readonly client: OpenAI }> {
  const read = readScript(script);
  if (!read.ok) throw new Error(read.failure);
  const model = await serveModel(read.value);
  onTestFinished(() => model.close());
  const client = new OpenAI({ apiKey: MODEL_KEY, baseURL: model.url, maxRetries: 0, ...options });
  return { model, client };
}

/** A script of two answers: it looks a charge up, and says its amount. */
export const LOOK_UP: ModelScript = {
  turns: [
    {
      when: { turn: 1 },
      say: 'Let me look.',
      call: { tool: 'get_charge', with: { id: '{{user /ch_\\w+/}}', deep: true } },
    },
    { when: { tool: 'get_charge', result: 'amount' }, say: '{{get_charge.id}} is over {{last.amount}} cents.' },
  ],
};

export const CHARGE = { id: 'ch_7', amount: 5_000 };
export const SAID = 'ch_7 is over 5000 cents.';
export const QUESTION = 'How much is ch_7?';
export const PARAMETERS = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] };
