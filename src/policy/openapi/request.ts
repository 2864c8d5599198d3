import type { Json } from '../../std/canonical-json.ts';
import type { Request, Route } from '../../engine/policy.ts';
import { deref, type Node, type OpenApiDocument } from './document.ts';
import { FAULTS_MAX, shown, unknownMember } from './faults.ts';
import { coveringMedia, isJsonType, mediaOf, plainType } from './media.ts';
import type { Operation } from './operations.ts';
import { parametersOf, type Parameter } from './parameters.ts';
import type { Schemas } from './schemas.ts';
import { textReader, type TextReader } from './texts.ts';

/** Where one part of a request departs; {@link FITS}, and no new list, where it does not. */
type Check = (request: Request) => readonly string[];

const FITS: readonly string[] = [];

export interface RequestSide {
  readonly document: OpenApiDocument;
  readonly schemas: Schemas;
  /** Whether it may come with a body that nobody reads: what of it is not read is not held against anything. */
  readonly opaque: boolean;
  /** Where the document is wrong about this operation, `#/paths/…: what`. */
  readonly fault: (text: string) => void;
}

/**
 * How a route's requests are held against their operation: parameters of path, query and header, then the body. What the
 * operation does not describe is refused, be it a query parameter, a member of the body or a body at all.
 *
 * @param names what the policy calls the operation's path parameters
 */
export function requestReader(
  operation: Operation,
  names: ReadonlyMap<string, string>,
  side: RequestSide,
): NonNullable<Route['shape']> {
  const parameters = parametersOf(operation, side.document, side.fault);
  const checks: readonly Check[] = [
    ...parameters.flatMap((parameter) => parameterCheck(parameter, names, side)),
    queryCheck(parameters.filter(({ place }) => place === 'query')),
    bodyCheck(operation, side),
  ];
  return (request) => {
    let faults = FITS;
    for (const check of checks) {
      const found = check(request);
      if (found.length > 0) faults = faults.length === 0 ? found : [...faults, ...found];
      if (faults.length >= FAULTS_MAX) break;
    }
    return faults.length > FAULTS_MAX ? faults.slice(0, FAULTS_MAX) : faults;
  };
}

function parameterCheck(
  { name, place, required, schema, at, lists }: Parameter,
  names: ReadonlyMap<string, string>,
  { schemas, document }: RequestSide,
): Check[] {
  const own = place === 'path' ? names.get(name) : name;
  // The policy writes the parameter's value out in its path.
  if (own === undefined) return [];
  const label = `${place}.${own}`;
  const missing = required ? [`${label}: is missing`] : FITS;
  const values = VALUES[place];
  if (schema === undefined) return required ? [(request) => (values(request)[own] === undefined ? missing : FITS)] : [];
  const validator = schemas.validator(schema, at);
  const read = textReader(document, schema, lists);
  return [
    (request) => {
      const given = values(request)[own];
      if (given === undefined) return missing;
      const value = read(given);
      return validator.fits(value) ? FITS : validator.faults(value, label);
    },
  ];
}

const VALUES: Readonly<Record<Parameter['place'], (request: Request) => Readonly<Record<string, Json>>>> = {
  path: ({ params }) => params,
  query: ({ query }) => query,
  header: ({ headers }) => headers,
};

function queryCheck(parameters: readonly Parameter[]): Check {
  const known = new Set(parameters.map(({ name }) => name));
  return ({ query }) => {
    for (const name in query) if (!known.has(name)) return unknownOf(query, known);
    return FITS;
  };
}

function unknownOf(query: Request['query'], known: ReadonlySet<string>): readonly string[] {
  const unknown = Object.keys(query).filter((name) => !known.has(name));
  return unknown.slice(0, FAULTS_MAX).map((name) => unknownMember('query', name, known));
}

function bodyCheck({ node, pointer }: Operation, { document, schemas, opaque, fault }: RequestSide): Check {
  const at = `${pointer}/requestBody`;
  const found = deref(document, node.requestBody);
  if (!found.ok) fault(`${at}: ${found.failure}`);
  const described: Node | undefined = found.ok ? found.value : undefined;
  if (described === undefined) return ({ body }) => (isEmpty(body) ? FITS : UNDESCRIBED);
  const missing = described.required === true && !opaque ? MISSING : FITS;
  const media = mediaOf(described.content).map((one) => bodyOf(one.type, one.schema));
  const exact = new Map(media.map((one) => [one.type, one]));
  const types = [...exact.keys()].join(' or ');

  function bodyOf(type: string, schema: Json | undefined) {
    if (schema === undefined) return { type, schema, fits: () => true, faults: () => FITS };
    const validator = schemas.validator(schema, `${at}/content/${type.replaceAll('/', '~1')}/schema`);
    const read: TextReader = isJsonType(type) ? (value) => value : textReader(document, schema, 'none');
    return {
      type,
      schema,
      fits: (body: Json) => validator.fits(read(body)),
      faults: (body: Json) => validator.faults(read(body), 'body'),
    };
  }

  return ({ body, headers }) => {
    if (body === undefined) return missing;
    const type = headers['content-type'] ?? '';
    const one = exact.get(type) ?? coveringMedia(media, plainType(type));
    if (one === undefined) return [`header.content-type: is not described; send ${shown(types)}`];
    return one.fits(body) ? FITS : one.faults(body);
  };
}

const MISSING: readonly string[] = ['body: is missing'];
const UNDESCRIBED: readonly string[] = ['body: is not described; send none'];

/** Clients send `{}` where they mean nothing. */
function isEmpty(body: Json | undefined): boolean {
  return body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0);
}
