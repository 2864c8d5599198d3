import type { ProbeRequest } from '../../probe/course.ts';

/** Another way to write a request to the same place, or to one beside it. `undefined`: there is none for this request. */
export interface Detour {
  readonly name: string;
  take(request: ProbeRequest): ProbeRequest | undefined;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Names by which frameworks let a request say that it is another. */
const OVERRIDES = ['x-http-method-override', 'x-http-method', 'x-method-override'];

/** As it is first: what a detour shrinks to. */
export const DETOURS: readonly Detour[] = [
  { name: 'straight', take: (request) => request },
  ...METHODS.map((method) => ({ name: `as ${method}`, take: (request: ProbeRequest) => withMethod(request, method) })),
  path('with a slash at the end', (at) => `${at}/`),
  path('with two slashes', (at) => at.replace(/\/(?=[^/]*$)/, '//')),
  path('in capitals', (at) => at.toUpperCase()),
  path('with its first letter escaped', escapedLetter),
  path('with a slash escaped', (at) => at.replace(/\/(?=[^/]*$)/, '%2F')),
  path('through a dot', (at) => at.replace(/\/(?=[^/]*$)/, '/./')),
  path('through a parent', (at) => `${at}/../${at.split('/').at(-1) ?? ''}`),
  path('as .json', (at) => `${at}.json`),
  path('with a matrix parameter', (at) => `${at};v=1`),
  path('with one more segment', (at) => `${at}/1`),
  path('without its last segment', (at) => at.replace(/\/[^/]+$/, '') || undefined),
  ...OVERRIDES.flatMap((header) => [
    { name: `as POST with ${header}`, take: (request: ProbeRequest) => overridden(request, header) },
    { name: `as GET with ${header}`, take: (request: ProbeRequest) => disguised(request, header) },
  ]),
  { name: 'with _method in its query', take: (request) => inQuery(request, `_method=${request.method}`) },
  { name: 'with one more field in its query', take: (request) => inQuery(request, 'live=true') },
];

function path(name: string, change: (path: string) => string | undefined): Detour {
  return {
    name,
    take: (request) => {
      const mark = request.target.indexOf('?');
      const at = mark === -1 ? request.target : request.target.slice(0, mark);
      const changed = change(at);
      if (changed === undefined || changed === at) return undefined;
      return { ...request, target: changed + request.target.slice(at.length) };
    },
  };
}

function escapedLetter(at: string): string {
  return at.replace(/[a-z](?=[^/]*$)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
}

/** A GET has no body: what stood there goes into its query, as some APIs read it. */
function withMethod(request: ProbeRequest, method: string): ProbeRequest | undefined {
  if (request.method === method) return undefined;
  return method === 'GET' || method === 'HEAD' ? bodiless({ ...request, method }) : { ...request, method };
}

function overridden(request: ProbeRequest, header: string): ProbeRequest {
  return { ...request, method: 'POST', headers: { ...request.headers, [header]: request.method } };
}

function disguised(request: ProbeRequest, header: string): ProbeRequest {
  return bodiless({ ...request, method: 'GET', headers: { ...request.headers, [header]: request.method } });
}

function bodiless({ body, ...request }: ProbeRequest): ProbeRequest {
  const { 'content-type': type, ...headers } = request.headers ?? {};
  const isForm = type?.startsWith('application/x-www-form-urlencoded') === true;
  const bare = { ...request, headers };
  return isForm && body !== undefined && body !== '' ? inQuery(bare, body) : bare;
}

function inQuery(request: ProbeRequest, pairs: string): ProbeRequest {
  return { ...request, target: `${request.target}${request.target.includes('?') ? '&' : '?'}${pairs}` };
}
