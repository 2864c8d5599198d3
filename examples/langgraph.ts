import { randomUUID } from 'node:crypto';
import { tool } from '@langchain/core/tools';
import { MessagesAnnotation, StateGraph } from '@langchain/langgraph';
import { ToolNode, toolsCondition } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
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

const tools = [
  tool(async ({ id }) => JSON.stringify(await payments(`/v1/charges/${id}`)), {
    name: 'get_charge',
    description: 'One charge',
    schema: z.object({ id: z.string() }),
  }),
  tool(
    async ({ charge, amount }) => JSON.stringify(await payments('/v1/refunds', { charge, amount: String(amount) })),
    {
      name: 'create_refund',
      description: 'Gives money of a charge back',
      schema: z.object({ charge: z.string(), amount: z.number().int() }),
    },
  ),
];

const model = new ChatOpenAI({ model: 'gpt-5-mini' }).bindTools(tools);
const instructions = 'You refund charges. Amounts are in cents. If a call is refused, do what its hint says.';

// What `createAgent` of the `langchain` package builds, written out: the model, then its tools, until it asks for none.
const graph = new StateGraph(MessagesAnnotation)
  .addNode('model', async ({ messages }) => ({
    messages: [await model.invoke([{ role: 'system', content: instructions }, ...messages])],
  }))
  .addNode('tools', new ToolNode(tools))
  .addEdge('__start__', 'model')
  .addConditionalEdges('model', toolsCondition)
  .addEdge('tools', 'model')
  .compile();

const prompt = { role: 'user', content: INTERLOCK_TASK ?? process.argv[2] ?? '' };
const { messages } = await graph.invoke({ messages: [prompt] }, { recursionLimit: 16 });
const steps = messages.filter((message) => message.getType() === 'ai');
console.log(`${steps.length} steps. ${messages.at(-1)?.text}`);
