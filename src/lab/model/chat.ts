import type { Json } from '../../std/canonical-json.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import { asText, isRecord, type JsonRecord, type Message, textOf, type ToolCall } from './conversation.ts';
import { type Made, pieces, usageOf, type Wire } from './wire.ts';

/** OpenAI's Chat Completions: `POST /v1/chat/completions`. */
export const chat: Wire = {
  read(body) {
    const { model, messages, stream, tools } = body;
    if (typeof model !== 'string') return fail('you must provide a model parameter');
    if (!Array.isArray(messages) || messages.length === 0) return fail("'messages' must be a list that is not empty");
    const read = readMessages(messages);
    if (!read.ok) return read;
    return ok({ model, stream: stream === true, messages: read.value, tools: toolNames(tools) });
  },

  whole(made) {
    const { answer } = made;
    return {
      ...head(made, 'chat.completion'),
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: answer.text,
            refusal: null,
            annotations: [],
            ...(answer.calls.length === 0 ? {} : { tool_calls: answer.calls.map(toolCall) }),
          },
          logprobs: null,
          finish_reason: finishReason(made),
        },
      ],
      usage: usage(made),
    };
  },

  events(made) {
    const { answer, body } = made;
    const chunk = (delta: Json, finish: string | null = null): Json => ({
      ...head(made, 'chat.completion.chunk'),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    });
    const called = answer.calls.flatMap((call, index) => [
      { index, id: call.id, type: 'function', function: { name: call.tool, arguments: '' } },
      ...pieces(call.arguments).map((piece) => ({ index, function: { arguments: piece } })),
    ]);
    const chunks = [
      chunk({ role: 'assistant', content: answer.text === null ? null : '', refusal: null }),
      ...pieces(answer.text ?? '').map((content) => chunk({ content })),
      ...called.map((one) => chunk({ tool_calls: [one] })),
      chunk({}, finishReason(made)),
    ];
    const options = body['stream_options'];
    if (isRecord(options) && options['include_usage'] === true) {
      chunks.push({ ...head(made, 'chat.completion.chunk'), choices: [], usage: usage(made) });
    }
    return [...chunks.map((one) => JSON.stringify(one)), '[DONE]'].map((data) => `data: ${data}\n\n`);
  },
};

function head({ number, atS, asked }: Made, object: string): JsonRecord {
  return {
    id: `chatcmpl-${number}`,
    object,
    created: atS,
    model: asked.model,
    service_tier: 'default',
    system_fingerprint: null,
  };
}

function usage(made: Made): Json {
  const { asked, answered } = usageOf(made);
  return {
    prompt_tokens: asked,
    completion_tokens: answered,
    total_tokens: asked + answered,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

const finishReason = ({ answer }: Made): string => (answer.calls.length === 0 ? 'stop' : 'tool_calls');

const toolCall = ({ id, tool, arguments: given }: ToolCall): Json => ({
  id,
  type: 'function',
  function: { name: tool, arguments: given },
});

/** Every call of a tool must have its result before the conversation goes on, and every result its call, as the API has it. */
function readMessages(list: readonly Json[]): Result<readonly Message[], string> {
  const messages: Message[] = [];
  let waiting = new Map<string, string>();
  for (const message of list) {
    if (!isRecord(message)) return fail('a message must be an object');
    const { role, content } = message;
    const text = textOf(content);
    if (role === 'tool') {
      const id = asText(message['tool_call_id']);
      const tool = waiting.get(id);
      if (tool === undefined) {
        return fail(`messages with role 'tool' must be a response to a preceding message with 'tool_calls' (${id})`);
      }
      waiting.delete(id);
      messages.push({ kind: 'result', call: id, tool, text });
      continue;
    }
    if (waiting.size > 0) return fail(unanswered(waiting));
    if (role === 'assistant') {
      const calls = readCalls(message['tool_calls']);
      waiting = new Map(calls.map(({ id, tool }) => [id, tool]));
      messages.push({ kind: 'answer', text: text === '' ? null : text, calls });
    } else if (role === 'user') {
      messages.push({ kind: 'user', text });
    } else if (role === 'system' || role === 'developer') {
      messages.push({ kind: 'instructions', text });
    } else {
      return fail(`invalid role ${JSON.stringify(role)}`);
    }
  }
  return waiting.size > 0 ? fail(unanswered(waiting)) : ok(messages);
}

function unanswered(waiting: ReadonlyMap<string, string>): string {
  const ids = [...waiting.keys()].join(', ');
  return `an assistant message with 'tool_calls' must be followed by tool messages responding to each tool_call_id (${ids})`;
}

function readCalls(list: Json | undefined): readonly ToolCall[] {
  if (!Array.isArray(list)) return [];
  return list.filter(isRecord).map(({ id, function: called }) => {
    const { name, arguments: given } = isRecord(called) ? called : {};
    return { id: asText(id), tool: asText(name), arguments: asText(given) };
  });
}

function toolNames(tools: Json | undefined): readonly string[] {
  if (!Array.isArray(tools)) return [];
  return tools.filter(isRecord).flatMap(({ function: described }) => {
    const name = isRecord(described) ? described['name'] : undefined;
    return typeof name === 'string' ? [name] : [];
  });
}
