import { setTimeout as sleepMs } from 'node:timers/promises';
import { type RequestHandler, getResponse, http, isPassthroughResponse } from 'msw';
import { unreachable } from '../../std/assert.ts';
import type { Json } from '../../std/canonical-json.ts';
import type { Clock } from '../../std/clock.ts';
import { drifted } from './drift.ts';
import type { FaultPlan } from './faults.ts';
import { readRequest } from './request.ts';
import type { World, WorldAnswer, WorldCall } from './world.ts';

/** Where a world lives when nobody names a place; nothing resolves it, and nothing needs to. */
export const WORLD_URL = 'http://world.test';

export interface WorldHandlerOptions {
  /** The origin that the world stands in for: `https://api.stripe.com`. Default {@link WORLD_URL}. */
  readonly baseUrl?: string;
  /** The definition's path patterns. */
  readonly paths: readonly string[];
  readonly clock: Clock;
  readonly faults?: FaultPlan;
  /** How latency is spent; default real time. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/**
 * A world as MSW handlers. Handlers of the user's own may stand before or behind them in one list.
 *
 * Faults travel in a `Response`, so that every server or transport over {@link respond} can act them out:
 * a reset without a byte is `Response.error()`; a reset half-way is a body stream that gives half the bytes, then
 * errors; a hang is an answer that never comes until the request's signal aborts.
 */
export function worldHandlers(world: World, options: WorldHandlerOptions): RequestHandler[] {
  const { baseUrl = WORLD_URL, paths } = options;
  return paths.map((path) => http.all(`${baseUrl}${path}`, ({ request }) => serve(world, options, request)));
}

/**
 * What a list of handlers answers. It never rejects and never reaches a network:
 * what nothing handles is a 404, what asks for the real API a 501, and a handler that throws a 500.
 */
export async function respond(handlers: readonly RequestHandler[], request: Request): Promise<Response> {
  const which = `${request.method} ${request.url}`;
  try {
    const response = await getResponse([...handlers], request);
    if (response === undefined) return problem(404, `No mock handles ${which}.`);
    if (isPassthroughResponse(response))
      return problem(501, `A sandbox reaches no API, but a mock passed on ${which}.`);
    return response;
  } catch (error) {
    return problem(500, `The mock of ${which} threw: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function serve(world: World, options: WorldHandlerOptions, request: Request): Promise<Response> {
  const { clock, faults, sleep = sleepMs } = options;
  const { pathname, search } = new URL(request.url);
  const contentType = request.headers.get('content-type') ?? undefined;
  const asked = readRequest(request.method, pathname + search, contentType, await request.text());
  if (!asked.ok) return problem(400, asked.failure);
  const handle = (crash?: 'before' | 'after'): WorldAnswer => {
    const call: WorldCall = { ...asked.value, at: clock.now(), headers: Object.fromEntries(request.headers) };
    return world.handle(crash === undefined ? call : { ...call, crash });
  };

  const fault = faults?.next(request.method, asked.value.path);
  if (fault === undefined) return toResponse(handle());
  switch (fault.kind) {
    case 'latency':
      await sleep(fault.ms);
      return toResponse(handle());
    case 'status':
      return refusal(fault.status, fault.retryAfterS);
    case 'crash': {
      const answer = handle(fault.when);
      return answer.status >= 500 ? toResponse(answer) : problem(500, 'An unexpected error occurred.');
    }
    case 'hang':
      if (fault.commit) handle();
      return aborted(request.signal);
    case 'reset':
      if (fault.when === 'during') return cutInHalf(handle());
      if (fault.when === 'after') handle();
      return Response.error();
    case 'drift': {
      const answer = handle();
      return toResponse({ ...answer, body: drifted(answer.body, fault) });
    }
    default:
      return unreachable(fault);
  }
}

function toResponse(answer: WorldAnswer): Response {
  const bytes = encode(answer.body);
  return new Response(bytes, { status: answer.status, headers: headersOf(answer, bytes) });
}

/** Half the bytes under the length of all, then an error. */
function cutInHalf(answer: WorldAnswer): Response {
  const bytes = encode(answer.body);
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    // Called again only once the half is taken: an error drops what still waits.
    pull(controller) {
      if (sent) return controller.error(new Error('the connection was reset half-way'));
      sent = true;
      controller.enqueue(bytes.subarray(0, Math.ceil(bytes.length / 2)));
    },
  });
  return new Response(body, { status: answer.status, headers: headersOf(answer, bytes) });
}

function encode(body: Json): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(body));
}

function headersOf(answer: WorldAnswer, bytes: Uint8Array): Record<string, string> {
  return { ...answer.headers, 'content-type': 'application/json', 'content-length': String(bytes.length) };
}

function refusal(status: number, retryAfterS: number | undefined): Response {
  const message = status === 429 ? 'Too many requests.' : 'The service is not available right now.';
  return problem(status, message, retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) });
}

function problem(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response {
  const type = status >= 500 ? 'api_error' : 'invalid_request_error';
  return toResponse({ status, headers, body: { error: { type, message } } });
}

/** Waits for the abort for as long as it takes. */
function aborted(signal: AbortSignal): Promise<Response> {
  return new Promise((resolve) => {
    const end = (): void => resolve(Response.error());
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
