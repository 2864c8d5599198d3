import type { LoadedPolicy } from '../../../policy/index.ts';
import { candidates } from '../address.ts';
import { members, type Members } from '../fields.ts';
import {
  durationOf,
  isSession,
  malformed,
  type Exchange,
  type Flaw,
  type Reading,
  type RecordedRequest,
} from '../recording.ts';
import { textIn, attributesOf, type Attributes } from './attributes.ts';
import { httpAnswer, httpRequest, isHttpCall } from './http-call.ts';
import { readSpan, type Span } from './span.ts';
import { isToolCall, toolAnswer, toolRequest } from './tool-call.ts';

/** Spans are held until the last is read: a parent may come after its children. Beyond it they are listed. */
export const SPANS_MAX = 2_000_000;
/** How far up a trace is looked for the tool that a request was made by. */
const ANCESTORS_MAX = 64;

const CONVERSATION = 'gen_ai.conversation.id';

export interface SpanOptions {
  readonly policy: LoadedPolicy;
  /** The attribute that names an agent, of a span, of one above it, or of its resource; `undefined`: nobody asked. */
  readonly agentFrom: string | undefined;
}

/** What of a span is looked at from below. */
interface Link {
  readonly parent: string | undefined;
  readonly conversation: string | undefined;
  readonly agent: string | undefined;
  readonly isTool: boolean;
}

/**
 * Reads spans into calls: those of HTTP clients, and those of tools, each tool's by the route it is named as. A request below a
 * tool is that tool's call, and not another one; where its span lacks the body, the tool's arguments tell it.
 *
 * INVARIANT: every span is an exchange, no call, or listed.
 */
export class OtlpSpans {
  readonly #options: SpanOptions;
  readonly #links = new Map<string, Link>();
  readonly #https: Span[] = [];
  readonly #tools = new Map<string, Span>();
  readonly #others: Reading[] = [];

  constructor(options: SpanOptions) {
    this.#options = options;
  }

  /** Takes one `ExportTraceServiceRequest`, or `TracesData`: they look the same. `false` where it is none. */
  add(document: unknown, place: string): boolean {
    const resources = members(document)?.['resourceSpans'];
    if (!Array.isArray(resources)) return false;
    for (const resource of resources as unknown[]) {
      const attributes = attributesOf(members(members(resource)?.['resource'])?.['attributes']);
      for (const span of spansIn(members(resource))) this.#take(span, attributes, place);
    }
    return true;
  }

  /** Everything that is no exchange first, then the exchanges by their times. */
  readings(): readonly Reading[] {
    const { policy } = this.#options;
    const https = this.#https.map((span) => {
      const request = httpRequest(span);
      // A tool may also ask where its login is, or a gateway that calls for it: those are not its call.
      const isOurs = request.ok && candidates(request.value.address, policy).ok;
      return { span, request, tool: isOurs ? this.#toolAbove(span) : undefined };
    });
    const below = Map.groupBy(https, ({ tool }) => tool?.key);
    const readings = [...this.#others];
    for (const { span, request, tool } of https) {
      const alone = tool !== undefined && below.get(tool.key)?.length === 1;
      if (request.ok) readings.push(this.#http(span, request.value, alone ? tool : undefined));
      else readings.push({ kind: 'unusable', place: span.place, ...request.failure });
    }
    for (const tool of this.#tools.values()) {
      // Its requests tell the same, and better.
      if (below.has(tool.key)) readings.push({ kind: 'no_call' });
      else readings.push(this.#tool(tool));
    }
    return inOrder(readings);
  }

  #take(value: unknown, resource: Attributes, place: string): void {
    const id = members(value)?.['spanId'];
    const where = [place, typeof id === 'string' ? `span ${id.slice(0, 32)}` : 'a span'].filter((part) => part !== '');
    const span = readSpan(value, resource, where.join(' '));
    const list = (flaw: Flaw): void => void this.#others.push({ kind: 'unusable', place: where.join(' '), ...flaw });
    if (typeof span === 'string') return list(malformed(span));
    if (this.#links.has(span.key)) return list({ reason: 'repeated', why: 'a span of this id stands before it' });
    if (this.#links.size >= SPANS_MAX)
      return list({ reason: 'beyond_bounds', why: `it is one of too many: at most ${SPANS_MAX}` });
    const { agentFrom } = this.#options;
    const isTool = isToolCall(span);
    this.#links.set(span.key, {
      parent: span.parent,
      conversation: textIn(span.attributes, CONVERSATION),
      agent: agentFrom === undefined ? undefined : textIn(span.attributes, agentFrom),
      isTool,
    });
    if (isTool) this.#tools.set(span.key, span);
    else if (isHttpCall(span)) this.#https.push(span);
    else this.#others.push({ kind: 'no_call' });
  }

  #http(span: Span, request: RecordedRequest, tool: Span | undefined): Reading {
    const told = tool === undefined ? undefined : this.#toldBy(tool, request);
    const answer = httpAnswer(span);
    const result = tool === undefined ? undefined : toolAnswer(tool);
    // What the tool gave its agent is what is known of the answer, where the request's own span kept none.
    const answered =
      answer.text === null && result !== undefined && result.text !== null && answer.status !== null
        ? { ...result, status: answer.status, headers: answer.headers }
        : answer;
    return this.#exchange(span, told ?? request, answered);
  }

  /** The body of a request whose own span lacks it, where the tool above it makes the very same call: method, host and path. */
  #toldBy(tool: Span, request: RecordedRequest): RecordedRequest | undefined {
    if (request.bodyUnknown !== true) return undefined;
    const told = toolRequest(tool, this.#options.policy);
    if (!told.ok || told.value.method !== request.method || told.value.address !== request.address) return undefined;
    const types = told.value.headers.slice(2);
    const { bodyUnknown: _, ...known } = request;
    return { ...known, headers: [...known.headers.filter(notContentType), ...types], body: told.value.body };
  }

  #tool(span: Span): Reading {
    const request = toolRequest(span, this.#options.policy);
    if (!request.ok) return { kind: 'unusable', place: span.place, ...request.failure };
    return this.#exchange(span, request.value, toolAnswer(span));
  }

  #exchange(span: Span, request: RecordedRequest, answer: Exchange['answer']): Reading {
    const { place, at, durationMs, trace, resource } = span;
    const { agentFrom } = this.#options;
    const session = this.#fromAbove(span, ({ conversation }) => conversation) ?? trace;
    if (!isSession(session))
      return { kind: 'unusable', place, ...malformed('its conversation or trace is too long to name a session') };
    let agent: string | undefined;
    if (agentFrom !== undefined) {
      agent = this.#fromAbove(span, (link) => link.agent) ?? textIn(resource, agentFrom);
      if (agent === undefined)
        return {
          kind: 'unusable',
          place,
          ...malformed(`neither it, nor a span above it, nor its resource has \`${agentFrom}\``),
        };
    }
    return {
      kind: 'exchange',
      exchange: { place, at, durationMs: durationOf(durationMs), session, agent, request, answer },
    };
  }

  #toolAbove(span: Span): Span | undefined {
    const key = this.#keyAbove(span, ({ isTool }) => isTool);
    return key === undefined ? undefined : this.#tools.get(key);
  }

  /** What the span says itself, or else the nearest one above it. */
  #fromAbove(span: Span, of: (link: Link) => string | undefined): string | undefined {
    const own = this.#links.get(span.key);
    const said = own === undefined ? undefined : of(own);
    if (said !== undefined) return said;
    const key = this.#keyAbove(span, (link) => of(link) !== undefined);
    return key === undefined ? undefined : of(this.#links.get(key)!);
  }

  #keyAbove({ parent }: Span, wanted: (link: Link) => boolean): string | undefined {
    let key = parent;
    for (let hops = 0; key !== undefined && hops < ANCESTORS_MAX; hops += 1) {
      const link = this.#links.get(key);
      if (link === undefined) return undefined;
      if (wanted(link)) return key;
      key = link.parent;
    }
    return undefined;
  }
}

/** `scopeSpans`; before OTLP 0.19 `instrumentationLibrarySpans`. */
function spansIn(resource: Members | undefined): readonly unknown[] {
  const scopes = resource?.['scopeSpans'] ?? resource?.['instrumentationLibrarySpans'];
  if (!Array.isArray(scopes)) return [];
  return (scopes as unknown[]).flatMap((scope) => {
    const spans = members(scope)?.['spans'];
    return Array.isArray(spans) ? (spans as unknown[]) : [];
  });
}

const notContentType = (_: string, index: number, all: readonly string[]): boolean =>
  all[index & ~1] !== 'content-type';

function inOrder(readings: readonly Reading[]): readonly Reading[] {
  const exchanges = readings.flatMap((one) => (one.kind === 'exchange' ? [one] : []));
  const others = readings.filter(({ kind }) => kind !== 'exchange');
  return [...others, ...exchanges.toSorted((a, b) => a.exchange.at - b.exchange.at)];
}
