import { fail, ok, type Result } from '../../../std/result.ts';
import type { Route } from '../../../engine/policy.ts';
import type { LoadedPolicy, ToolRoute } from '../../../policy/index.ts';
import { members, type Members } from '../fields.ts';
import {
  incomplete,
  malformed,
  unmatched,
  type Flaw,
  type RecordedAnswer,
  type RecordedRequest,
} from '../recording.ts';
import { textIn, type Attributes } from './attributes.ts';
import { isJson } from './http-call.ts';
import type { Span } from './span.ts';

/**
 * Attributes of tool spans: OpenTelemetry semantic conventions for generative AI, as of 1.44.0 (arguments and results since
 * 1.38.0; since then kept in a repository of their own). All of them are in development.
 */
const OPERATION = 'gen_ai.operation.name';
const NAME = 'gen_ai.tool.name';
const ARGUMENTS = 'gen_ai.tool.call.arguments';
const RESULT = 'gen_ai.tool.call.result';

/** What a tool that succeeded says of its call, and one that failed without a status. */
const SUCCEEDED = 200;

export function isToolCall({ name, attributes }: Span): boolean {
  const operation = textIn(attributes, OPERATION);
  if (operation !== undefined) return operation === 'execute_tool';
  return attributes.has(NAME) && name.startsWith('execute_tool');
}

/** Methods whose arguments travel in the query. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'DELETE']);

/** The one call that a tool of this name makes under the policy, with these arguments. */
export function toolRequest({ attributes }: Span, policy: LoadedPolicy): Result<RecordedRequest, Flaw> {
  const name = textIn(attributes, NAME);
  if (name === undefined || name === '') return fail(malformed('it has no `gen_ai.tool.name`'));
  const [tool, second] = policy.tools.get(name) ?? [];
  if (tool === undefined)
    return fail(unmatched(`no route of the policy, and no operation of its OpenAPI documents, is called \`${name}\``));
  if (second !== undefined) return fail({ reason: 'ambiguous', why: `\`${name}\` is the operation of several routes` });
  const given = argumentsIn(attributes);
  if (!given.ok) return given;
  const route = policy.policy.routes.get(tool.route);
  const upstream = route === undefined ? undefined : policy.upstreams.get(route.upstream);
  if (route === undefined || upstream === undefined) return fail(unmatched(`the route of \`${name}\` has no upstream`));
  const filled = fill(route, tool, given.value);
  if (!filled.ok) return filled;
  const base = upstream.url.origin + upstream.url.pathname.replace(/\/$/, '');
  return requestOf(route, tool, base + filled.value.path, upstream.url.host, filled.value.rest);
}

export function toolAnswer({ attributes, failed }: Span): RecordedAnswer {
  const error = textIn(attributes, 'error.type');
  const result = attributes.get(RESULT);
  const text = result === undefined ? null : typeof result === 'string' ? result : JSON.stringify(result);
  // An error's type may be the status; any other leaves open whether the call took effect.
  const told = /^[45]\d\d$/.test(error ?? '') ? Number(error) : null;
  const isError = failed || error !== undefined;
  return {
    status: isError ? told : SUCCEEDED,
    headers: [],
    contentType: text === null ? null : isJson(text) ? 'application/json' : 'text/plain',
    text,
    whole: text !== null && isJson(text),
    bytes: text === null ? 0 : Buffer.byteLength(text),
  };
}

function argumentsIn(attributes: Attributes): Result<Members, Flaw> {
  const given = attributes.get(ARGUMENTS);
  if (given === undefined)
    return fail(incomplete('its arguments were not recorded; instrumentations keep them only where they are asked to'));
  const found = members(typeof given === 'string' ? parsed(given) : given);
  return found === undefined ? fail(incomplete('its arguments are no whole JSON object')) : ok(found);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The route's path with its parameters in place, and the arguments that are left. */
function fill(
  { template }: Route,
  { params }: ToolRoute,
  given: Members,
): Result<{ readonly path: string; readonly rest: Members }, Flaw> {
  const used = new Set<string>();
  let missing: string | undefined;
  const path = template.replaceAll(/\{([^}]+)\}/g, (_, parameter: string) => {
    const name = [parameter, ...[...params].flatMap(([from, to]) => (to === parameter ? [from] : []))].find(
      (each) => scalar(given[each]) !== undefined,
    );
    if (name === undefined) {
      missing ??= parameter;
      return '';
    }
    used.add(name);
    return encodeURIComponent(scalar(given[name])!);
  });
  if (missing !== undefined) return fail(incomplete(`none of its arguments is the \`{${missing}}\` of ${template}`));
  return ok({ path, rest: Object.fromEntries(Object.entries(given).filter(([name]) => !used.has(name))) });
}

function requestOf(
  { method }: Route,
  { query: declared }: ToolRoute,
  address: string,
  host: string,
  rest: Members,
): Result<RecordedRequest, Flaw> {
  const query = new URLSearchParams();
  const body: [string, unknown][] = [];
  for (const [name, value] of Object.entries(rest)) {
    if (!WITHOUT_BODY.has(method) && !declared.has(name)) {
      body.push([name, value]);
      continue;
    }
    if (value === null || value === undefined) continue;
    const text = scalar(value);
    // Lists are written in several ways, and which one was sent nobody knows.
    if (text === undefined) return fail(incomplete(`its argument \`${name}\` fits in no query in one way alone`));
    query.append(name, text);
  }
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  const request = { method, address: address + search, headers: ['host', host] };
  if (WITHOUT_BODY.has(method) || body.length === 0) return ok({ ...request, body: Buffer.alloc(0) });
  const text = JSON.stringify(Object.fromEntries(body));
  return ok({ ...request, headers: [...request.headers, 'content-type', 'application/json'], body: Buffer.from(text) });
}

/** A value as a path or a query has it; `undefined` where it is no single one, or empty. */
function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
