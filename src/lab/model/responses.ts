import type { Json } from '../../std/canonical-json.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import { asText, isRecord, type JsonRecord, type Message, textOf, type ToolCall } from './conversation.ts';
import { type Made, pieces, usageOf, type Wire } from './wire.ts';

/** Answers remembered for `previous_response_id` and `item_reference`: more than one run of the sandbox asks for. */
const KEPT_MAX = 10_000;

/** OpenAI's Responses: `POST /v1/responses`. It remembers, as the API does, what it was asked and what it answered. */
export class Responses implements Wire {
  readonly #items = new Map<string, JsonRecord>();
  /** Input and output of each answer, by its id. */
  readonly #histories = new Map<string, readonly Json[]>();

  read(body: JsonRecord): ReturnType<Wire['read']> {
    const { model, stream, tools } = body;
    if (typeof model !== 'string') return fail("Missing required parameter: 'model'.");
    const history = this.#history(body);
    if (!history.ok) return history;
    const read = readItems(history.value);
    if (!read.ok) return read;
    const { instructions } = body;
    const told: readonly Message[] =
      typeof instructions === 'string' ? [{ kind: 'instructions', text: instructions }] : [];
    return ok({ model, stream: stream === true, messages: [...told, ...read.value], tools: toolNames(tools) });
  }

  whole(made: Made): Json {
    const output = outputOf(made);
    this.#keep(made, output);
    return response(made, 'completed', output);
  }

  events(made: Made): readonly string[] {
    const output = outputOf(made);
    this.#keep(made, output);
    const started = response(made, 'in_progress', []);
    const events: readonly JsonRecord[] = [
      { type: 'response.created', response: started },
      { type: 'response.in_progress', response: started },
      ...output.flatMap(itemEvents),
      { type: 'response.completed', response: response(made, 'completed', output) },
    ];
    return events.map(
      (event, index) =>
        `event: ${asText(event['type'])}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`,
    );
  }

  /** All items so far, references followed. */
  #history(body: JsonRecord): Result<readonly Json[], string> {
    const { input, previous_response_id: previous } = body;
    const before = typeof previous === 'string' ? this.#histories.get(previous) : [];
    if (before === undefined) return fail(`Previous response with id '${asText(previous)}' not found.`);
    if (typeof input === 'string') return ok([...before, { role: 'user', content: input }]);
    if (!Array.isArray(input)) return fail("Missing required parameter: 'input'.");
    const items: Json[] = [...before];
    for (const item of input as readonly Json[]) {
      if (!isRecord(item) || item['type'] !== 'item_reference') {
        items.push(item);
        continue;
      }
      const kept = this.#items.get(asText(item['id']));
      if (kept === undefined) return fail(`Item with id '${asText(item['id'])}' not found.`);
      items.push(kept);
    }
    return ok(items);
  }

  #keep({ number, body }: Made, output: readonly JsonRecord[]): void {
    if (body['store'] === false) return;
    for (const item of output) this.#items.set(asText(item['id']), item);
    const history = this.#history(body);
    if (history.ok) this.#histories.set(responseId(number), [...history.value, ...output]);
    for (const kept of [this.#items, this.#histories]) {
      for (const key of kept.keys()) {
        if (kept.size <= KEPT_MAX) break;
        kept.delete(key);
      }
    }
  }
}

const responseId = (number: number): string => `resp_${number}`;

function outputOf({ number, answer }: Made): readonly JsonRecord[] {
  const said: readonly JsonRecord[] =
    answer.text === null
      ? []
      : [
          {
            id: `msg_${number}`,
            type: 'message',
            status: 'completed',
            role: 'assistant',
            content: [{ type: 'output_text', text: answer.text, annotations: [], logprobs: [] }],
          },
        ];
  const called = answer.calls.map(({ id, tool, arguments: given }, index) => ({
    id: `fc_${number}_${index}`,
    type: 'function_call',
    status: 'completed',
    call_id: id,
    name: tool,
    arguments: given,
  }));
  return [...said, ...called];
}

function response(made: Made, status: 'in_progress' | 'completed', output: readonly JsonRecord[]): JsonRecord {
  const { number, atS, asked, body } = made;
  const { instructions = null, previous_response_id: previous = null, tools = [], store = true, metadata = {} } = body;
  const { asked: inputTokens, answered } = usageOf(made);
  return {
    id: responseId(number),
    object: 'response',
    created_at: atS,
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions,
    max_output_tokens: null,
    model: asked.model,
    output,
    parallel_tool_calls: true,
    previous_response_id: previous,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools,
    top_p: 1,
    truncation: 'disabled',
    usage:
      status === 'in_progress'
        ? null
        : {
            input_tokens: inputTokens,
            input_tokens_details: { cached_tokens: 0 },
            output_tokens: answered,
            output_tokens_details: { reasoning_tokens: 0 },
            total_tokens: inputTokens + answered,
          },
    user: null,
    metadata,
  };
}

/** What a stream tells of one item: that it begins, its pieces, and that it is done. */
function itemEvents(item: JsonRecord, index: number): readonly JsonRecord[] {
  const place = { item_id: item['id'] as string, output_index: index };
  const added = (begun: JsonRecord): JsonRecord => ({
    type: 'response.output_item.added',
    output_index: index,
    item: begun,
  });
  const done: JsonRecord = { type: 'response.output_item.done', output_index: index, item };
  if (item['type'] === 'function_call') {
    const given = asText(item['arguments']);
    return [
      added({ ...item, status: 'in_progress', arguments: '' }),
      ...pieces(given).map((delta) => ({ type: 'response.function_call_arguments.delta', ...place, delta })),
      { type: 'response.function_call_arguments.done', ...place, name: item['name'] as string, arguments: given },
      done,
    ];
  }
  const [part] = item['content'] as readonly JsonRecord[];
  const text = asText(part?.['text']);
  const within = { ...place, content_index: 0 };
  return [
    added({ ...item, status: 'in_progress', content: [] }),
    { type: 'response.content_part.added', ...within, part: { ...part, text: '' } },
    ...pieces(text).map((delta) => ({ type: 'response.output_text.delta', ...within, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...within, text, logprobs: [] },
    { type: 'response.content_part.done', ...within, part: part ?? {} },
    done,
  ];
}

/** Items that the model made, one after another, are one answer of it. Kinds that a script cannot be about are passed over. */
function readItems(list: readonly Json[]): Result<readonly Message[], string> {
  const messages: Message[] = [];
  const called = new Map<string, string>();
  const answered = new Set<string>();
  const answer = (text: string | null, calls: readonly ToolCall[]): void => {
    const last = messages.at(-1);
    if (last?.kind !== 'answer') return void messages.push({ kind: 'answer', text, calls });
    messages[messages.length - 1] = { kind: 'answer', text: last.text ?? text, calls: [...last.calls, ...calls] };
  };
  for (const item of list) {
    if (!isRecord(item)) return fail('an item of the input must be an object');
    const { type = 'message', role, content } = item;
    if (type === 'function_call') {
      const call = { id: asText(item['call_id']), tool: asText(item['name']), arguments: asText(item['arguments']) };
      called.set(call.id, call.tool);
      answer(null, [call]);
    } else if (type === 'function_call_output') {
      const id = asText(item['call_id']);
      const tool = called.get(id);
      if (tool === undefined) return fail(`No tool call found for function call output with call_id ${id}.`);
      answered.add(id);
      messages.push({ kind: 'result', call: id, tool, text: textOf(item['output']) });
    } else if (type === 'message' && role === 'assistant') {
      answer(textOf(content), []);
    } else if (type === 'message') {
      messages.push({ kind: role === 'user' ? 'user' : 'instructions', text: textOf(content) });
    }
  }
  const missing = [...called.keys()].find((id) => !answered.has(id));
  return missing === undefined ? ok(messages) : fail(`No tool output found for function call ${missing}.`);
}

function toolNames(tools: Json | undefined): readonly string[] {
  if (!Array.isArray(tools)) return [];
  return tools.filter(isRecord).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
}
