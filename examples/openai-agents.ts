import { randomUUID } from 'node:crypto';
import { Agent, run, setTracingDisabled, tool } from '@openai/agents';
import { z } from 'zod';

const { PAYMENTS_URL, INTERLOCK_TOKEN, INTERLOCK_TASK } = process.env;
/** One run of this agent is one session at the door. */
const session = randomUUID();

// Traces go to OpenAI otherwise, with what the tools were given and gave.
setTracingDisabled(true);

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

const agent = new Agent({
  name: 'refunds-bot',
  model: 'gpt-5-mini',
  instructions: 'You refund charges. Amounts are in cents. If a call is refused, do what its hint says.',
  tools: [
    tool({
      name: 'get_charge',
      description: 'One charge',
      parameters: z.object({ id: z.string() }),
      execute: ({ id }) => payments(`/v1/charges/${id}`),
    }),
    tool({
      name: 'create_refund',
      description: 'Gives money of a charge back',
      parameters: z.object({ charge: z.string(), amount: z.number().int() }),
      execute: ({ charge, amount }) => payments('/v1/refunds', { charge, amount: String(amount) }),
    }),
  ],
});

const result = await run(agent, INTERLOCK_TASK ?? process.argv[2] ?? '', { maxTurns: 8 });
console.log(`${result.rawResponses.length} steps. ${result.finalOutput}`);
