import { randomUUID } from 'node:crypto';
import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';

const { PAYMENTS_URL, INTERLOCK_TOKEN, INTERLOCK_TASK } = process.env;
/** One run of this agent is one session at the door. */
const session = randomUUID();

/** Asks the business through the door. What the door refuses is an answer too: its `hint` and `next` are for the model. */
async function payments(path: string, form?: Record<string, string>): Promise<unknown> {
  const headers = { authorization: `Bearer ${INTERLOCK_TOKEN}`, 'interlock-session': session };
  try {
    const response =
      form === undefined
        ? await fetch(`${PAYMENTS_URL}${path}`, { headers })
        : await fetch(`${PAYMENTS_URL}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) });
    return await response.json();
  } catch (error) {
    return { error: `no answer: ${String(error)}` };
  }
}

const { text, steps } = await generateText({
  model: openai('gpt-5-mini'),
  system: 'You refund charges. Amounts are in cents. If a call is refused, do what its hint says.',
  prompt: INTERLOCK_TASK ?? process.argv[2] ?? '',
  stopWhen: stepCountIs(8),
  tools: {
    get_charge: tool({
      description: 'One charge',
      inputSchema: z.object({ id: z.string() }),
      execute: ({ id }) => payments(`/v1/charges/${id}`),
    }),
    create_refund: tool({
      description: 'Gives money of a charge back',
      inputSchema: z.object({ charge: z.string(), amount: z.number().int() }),
      execute: ({ charge, amount }) => payments('/v1/refunds', { charge, amount: String(amount) }),
    }),
  },
});

console.log(`${steps.length} steps. ${text}`);
