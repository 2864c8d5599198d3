import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { unreachable } from '../../std/assert.ts';
import type { Json } from '../../std/canonical-json.ts';
import { chat } from './chat.ts';
import { isRecord, type JsonRecord } from './conversation.ts';
import { ScriptPlayer } from './player.ts';
import { Responses } from './responses.ts';
import type { ReadScript } from './script.ts';
import type { Made, Wire } from './wire.ts';
import { closed, listenOnLoopback, wholeBody } from '../loopback.ts';

/** Long conversations with long tool results stay below this; an agent gone wild must not fill the memory. */
const BODY_MAX_BYTES = 8_388_608;

/** The key that agents are given. Nothing is behind it, but who sends another speaks to the wrong model. */
export const MODEL_KEY = 'sk-interlock-stand-in-model';

export interface ModelServer {
  /** What agents find as `OPENAI_BASE_URL`. */
  readonly url: string;
  /** Where the script did not say what to answer, each once, in order. */
  readonly lost: readonly string[];
  /** Answers given, faults not counted. */
  readonly answered: number;
  close(): Promise<void>;
}

/**
 * A stand-in for a language model, on 127.0.0.1: it speaks OpenAI's Chat Completions and Responses, whole or as a stream, and
 * answers what a script says. What the script does not cover is answered with 400, which no client tries again.
 */
export async function serveModel(script: ReadScript): Promise<ModelServer> {
  const player = new ScriptPlayer(script);
  const wires: Readonly<Record<string, Wire>> = { '/v1/chat/completions': chat, '/v1/responses': new Responses() };
  const lost = new Set<string>();
  let answered = 0;
  let rendering = 0;

  const server = createServer((incoming, outgoing) => {
    // A connection that breaks while we read or write is the client's affair.
    void handle(incoming, outgoing).catch(() => incoming.socket.destroy());
  });

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = incoming;
    const [path = ''] = url.split('?', 1);
    const text = (await wholeBody(incoming, BODY_MAX_BYTES)).toString();
    if (headers.authorization !== `Bearer ${MODEL_KEY}`) {
      return refuse(outgoing, 401, 'invalid_api_key', 'Incorrect API key provided: send what OPENAI_API_KEY holds.');
    }
    const wire = Object.hasOwn(wires, path) ? wires[path] : undefined;
    if (wire === undefined || method !== 'POST') {
      const known = Object.keys(wires).join(' and ');
      return refuse(outgoing, 404, null, `Unknown request URL: ${method} ${url}. This model knows POST ${known}.`);
    }
    const body = parsed(text);
    const asked = body === undefined ? undefined : wire.read(body);
    if (body === undefined || asked === undefined) return refuse(outgoing, 400, null, 'The body is not a JSON object.');
    if (!asked.ok) return refuse(outgoing, 400, null, asked.failure);

    const played = player.play(asked.value);
    if (played.kind === 'lost') {
      lost.add(played.why);
      return refuse(outgoing, 400, 'script_lost', `The model's script cannot answer this: ${played.why}.`);
    }
    if (played.kind === 'answer') answered += 1;
    const answer = played.answer ?? { text: '', calls: [] };
    rendering += 1;
    const made: Made = { number: rendering, atS: Math.floor(Date.now() / 1_000), body, asked: asked.value, answer };
    const rendered = (): Buffer =>
      Buffer.from(asked.value.stream ? wire.events(made).join('') : JSON.stringify(wire.whole(made)));
    const type = asked.value.stream ? 'text/event-stream; charset=utf-8' : 'application/json';
    if (played.kind === 'answer') return void outgoing.writeHead(200, { 'content-type': type }).end(rendered());

    const { fault } = played;
    switch (fault.kind) {
      case 'status':
        return refuse(outgoing, fault.status, ...words(fault.status), fault.retryAfterS);
      case 'malformed':
        return void outgoing.writeHead(200, { 'content-type': type }).end(half(rendered()));
      case 'cut':
        outgoing.writeHead(200, { 'content-type': type });
        // Behind the bytes, not instead of them.
        return void outgoing.write(half(rendered()), () => outgoing.socket?.resetAndDestroy());
      case 'reset':
        return void outgoing.socket?.resetAndDestroy();
      case 'hang':
        return;
      default:
        return unreachable(fault);
    }
  };

  const port = await listenOnLoopback(server, 0);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    get lost() {
      return [...lost];
    },
    get answered() {
      return answered;
    },
    close: () => closed(server),
  };
}

function half(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.ceil(bytes.length / 2));
}

function words(status: number): [code: string | null, message: string] {
  return status === 429
    ? ['rate_limit_exceeded', 'Rate limit reached for requests. Please try again later.']
    : [null, 'The server had an error while processing your request.'];
}

/** OpenAI's error object: https://platform.openai.com/docs/guides/error-codes */
function refuse(
  outgoing: ServerResponse,
  status: number,
  code: string | null,
  message: string,
  retryAfterS?: number,
): void {
  const type = status === 429 ? 'requests' : status >= 500 ? 'server_error' : 'invalid_request_error';
  const after = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
  outgoing.writeHead(status, { 'content-type': 'application/json', ...after });
  outgoing.end(JSON.stringify({ error: { message, type, param: null, code } }));
}

function parsed(text: string): JsonRecord | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
