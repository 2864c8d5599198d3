/** Spans as OTLP's JSON has them, for tests. */
export interface SpanParts {
  readonly id: string;
  readonly parent?: string;
  readonly trace?: string;
  readonly name?: string;
  readonly kind?: number | string;
  readonly startMs?: number;
  readonly tookMs?: number;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly events?: readonly Readonly<Record<string, unknown>>[];
  readonly error?: boolean;
}

export const START_MS = Date.UTC(2026, 2, 1, 9);
const CLIENT = 3;

export function span(parts: SpanParts): object {
  const { id, parent, trace = 'a'.repeat(32), name = 'x', kind = CLIENT, startMs = 0, tookMs = 40 } = parts;
  const start = BigInt(START_MS + startMs) * 1_000_000n;
  return {
    traceId: trace,
    spanId: id,
    ...(parent !== undefined && { parentSpanId: parent }),
    name,
    kind,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(tookMs) * 1_000_000n),
    attributes: attributes(parts.attributes ?? {}),
    events: (parts.events ?? []).map((event) => ({ name: 'event', attributes: attributes(event) })),
    status: parts.error === true ? { code: 2 } : {},
  };
}

/** An HTTP client's span on the shop. */
export function http(id: string, method: string, path: string, more: Partial<SpanParts> = {}): object {
  return span({
    id,
    ...more,
    attributes: {
      'http.request.method': method,
      'url.full': `https://api.shop.example/v2${path}`,
      'http.response.status_code': 200,
      ...more.attributes,
    },
  });
}

/** The span of a tool that an agent executed. */
export function tool(id: string, name: string, args: unknown, more: Partial<SpanParts> = {}): object {
  return span({
    id,
    name: `execute_tool ${name}`,
    kind: 1,
    ...more,
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      'gen_ai.tool.call.id': `call_${id}`,
      ...(args !== undefined && { 'gen_ai.tool.call.arguments': args }),
      ...more.attributes,
    },
  });
}

export function request(spans: readonly object[], resource: Readonly<Record<string, unknown>> = {}): object {
  return {
    resourceSpans: [
      { resource: { attributes: attributes(resource) }, scopeSpans: [{ scope: { name: 'test' }, spans }] },
    ],
  };
}

export const lines = (...requests: readonly object[]): string => requests.map((one) => JSON.stringify(one)).join('\n');

function attributes(named: Readonly<Record<string, unknown>>): readonly object[] {
  return Object.entries(named).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: (value as unknown[]).map(anyValue) } };
  const pairs = Object.entries(value as Record<string, unknown>);
  return { kvlistValue: { values: pairs.map(([key, each]) => ({ key, value: anyValue(each) })) } };
}
