import { createHash } from 'node:crypto';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Route } from '../../engine/policy.ts';
import type { PolicyFiles } from '../files.ts';
import { nearest, type Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { PolicyFile } from '../schema.ts';
import { readTemplates, type TemplatesFile } from '../answers/templates.ts';
import type { UpstreamFile } from '../schema/upstream.ts';
import { parseTemplate } from '../template.ts';
import { answerReader } from './answer.ts';
import { readDocument, type OpenApiDocument } from './document.ts';
import { operationsOf, parameterNames, type Operation, type Operations } from './operations.ts';
import { requestReader } from './request.ts';
import { Schemas } from './schemas.ts';

/** What a route's OpenAPI operation says of its requests and answers. */
export type Described = Pick<Route, 'shape' | 'contract'>;

/** What the documents of a policy say. */
export interface Catalogue {
  /** The described routes, by name. */
  readonly routes: ReadonlyMap<string, Described>;
  /** SHA-256 (hex) of each document, by its path as written. */
  readonly documents: Readonly<Record<string, string>>;
  /** The operations of the described routes, by the route's name, for whoever makes answers of them. */
  readonly operations: ReadonlyMap<string, DescribedOperation>;
  /** What was learned of recorded answers, where the policy names it. */
  readonly templates: TemplatesFile | undefined;
  /** Routes whose document or templates are not at hand: a policy that was recorded in a journal. */
  readonly absent: ReadonlySet<string>;
  /** Compiles now what would be compiled at the first call of each route: up to a second for a large operation. */
  readonly prepare: () => void;
}

/** A route's operation, and what reads its answers' schemas. */
export interface DescribedOperation {
  readonly document: OpenApiDocument;
  readonly operation: Operation;
  /** What the route calls the operation's path parameters. */
  readonly names: ReadonlyMap<string, string>;
  /** Of one document for all its routes. What it finds wrong is no fault of a policy that only makes answers of it. */
  readonly schemas: Schemas;
}

export const NOT_DESCRIBED: Described = { shape: undefined, contract: undefined };

/** Faults of a document beyond these are echoes. */
const FAULTS_SHOWN_MAX = 5;

/**
 * The document is not at hand: this policy was recorded in a journal, which keeps only its digest. Calls that were judged
 * under it carry what their check found; one that was not is refused, for nobody can say whether it fits.
 */
const WITHOUT_DOCUMENT: Described = {
  shape: () => ['the OpenAPI document is not at hand, so the request could not be checked'],
  contract: undefined,
};

/** Reads the documents that a policy's upstreams name, and finds the operation of each of their routes. */
export function readCatalogue(policy: PolicyFile, files: PolicyFiles, report: Report): Catalogue {
  const routes = new Map<string, Described>();
  const documents: Record<string, string> = { ...files.documents };
  const readers: UpstreamReader[] = [];
  const operations = new Map<string, DescribedOperation>();
  const absent = new Set<string>();
  for (const [id, upstream] of Object.entries(policy.upstreams)) {
    const path: Path = ['upstreams', id];
    const { openapi } = upstream;
    if (openapi === undefined) {
      for (const key of ['shape', 'contract'] as const) {
        if (upstream[key] !== undefined) report.error([...path, key], { message: NEEDS_DOCUMENT[key], on: 'key' });
      }
      continue;
    }
    const found = find(openapi, upstream, files);
    if (!found.ok) {
      report.error([...path, 'openapi'], `\`${openapi}\` cannot be used: ${found.failure}`);
      continue;
    }
    const { digest, reader } = found.value;
    if (digest !== undefined) documents[openapi] = digest;
    if (reader !== undefined) readers.push(reader);
    for (const [name, route] of Object.entries(policy.routes)) {
      if (route.upstream !== id) continue;
      const checks = {
        shape: digest !== undefined && upstream.shape !== 'off' && route.shape !== 'off',
        contract: upstream.contract !== undefined,
        opaque: route.body?.opaque !== undefined,
      };
      const operation = reader?.operation(route.match);
      if (operation !== undefined) operations.set(name, operation);
      if (reader === undefined) absent.add(name);
      const described = reader?.describe(name, route.match, checks, report) ?? WITHOUT_DOCUMENT;
      routes.set(name, { ...described, shape: checks.shape ? described.shape : undefined });
    }
    for (const fault of reader?.faults().slice(0, FAULTS_SHOWN_MAX) ?? []) {
      report.error([...path, 'openapi'], `in \`${openapi}\`, ${fault}`);
    }
  }
  const prepare = (): void => {
    for (const reader of readers) reader.prepare();
  };
  const templates = learned(policy, files, documents, absent, report);
  return { routes, documents, operations, absent, templates, prepare };
}

/** The templates that the policy names; of a recorded one they are not at hand, and what they would tell is not known. */
function learned(
  { shadow, routes }: PolicyFile,
  { document, documents: recorded }: PolicyFiles,
  documents: Record<string, string>,
  absent: Set<string>,
  report: Report,
): TemplatesFile | undefined {
  const path = shadow?.templates;
  if (path === undefined) return undefined;
  const error = (why: string): undefined => {
    report.error(['shadow', 'templates'], `\`${path}\` cannot be used: ${why}`);
    return undefined;
  };
  if (document === undefined) {
    if (recorded === undefined) return error('only a policy that is read from disk has documents');
    for (const name of Object.keys(routes)) absent.add(name);
    return undefined;
  }
  const bytes = document(path);
  const read = bytes.ok ? readTemplates(bytes.value) : bytes;
  if (!bytes.ok || !read.ok) return error(read.ok ? '' : read.failure);
  documents[path] = createHash('sha256').update(bytes.value).digest('hex');
  for (const [name, { match }] of Object.entries(read.value.routes)) {
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    const what = route === undefined ? 'is no route here' : `is \`${route.match}\` here, and was \`${match}\``;
    if (route?.match !== match)
      report.warn(['shadow', 'templates'], `in \`${path}\`, \`${name}\` ${what}: its template is not used`);
  }
  const used = Object.entries(read.value.routes).filter(
    ([name, { match }]) => Object.hasOwn(routes, name) && routes[name]?.match === match,
  );
  return { ...read.value, routes: Object.fromEntries(used) };
}

const NEEDS_DOCUMENT = {
  shape: 'requests can only be held against an `openapi` document, and there is none',
  contract: 'answers can only be held against an `openapi` document, and there is none',
};

/** A document, or what a journal recorded of it. */
interface Found {
  /** `undefined`: recorded by a version that held nothing against it. */
  readonly digest: string | undefined;
  readonly reader: UpstreamReader | undefined;
}

function find(openapi: string, upstream: UpstreamFile, { document, documents }: PolicyFiles): Result<Found, string> {
  if (document === undefined) {
    if (documents === undefined) return fail('only a policy that is read from disk has documents');
    return ok({ digest: Object.hasOwn(documents, openapi) ? documents[openapi] : undefined, reader: undefined });
  }
  const bytes = document(openapi);
  if (!bytes.ok) return bytes;
  const read = readDocument(bytes.value);
  if (!read.ok) return read;
  const digest = createHash('sha256').update(bytes.value).digest('hex');
  return ok({ digest, reader: new UpstreamReader(upstream, openapi, read.value) });
}

interface Checks {
  readonly shape: boolean;
  /** Whether the route takes bodies that nobody reads. */
  readonly opaque: boolean;
  readonly contract: boolean;
}

/** One upstream's document, and what its routes need of it. */
class UpstreamReader {
  readonly #file: string;
  readonly #basePath: string;
  readonly #document: OpenApiDocument;
  readonly #operations: Operations;
  readonly #requests: Schemas;
  readonly #answers: Schemas;
  readonly #made: Schemas;
  readonly #faults: string[] = [];

  constructor({ url }: UpstreamFile, file: string, document: OpenApiDocument) {
    this.#file = file;
    this.#basePath = (URL.parse(url)?.pathname ?? '').replace(/\/+$/, '');
    this.#document = document;
    this.#operations = operationsOf(document);
    this.#requests = new Schemas(document, 'request');
    this.#answers = new Schemas(document, 'answer');
    this.#made = new Schemas(document, 'answer');
  }

  faults(): readonly string[] {
    return [...new Set([...this.#faults, ...this.#requests.faults, ...this.#answers.faults])];
  }

  prepare(): void {
    this.#requests.prepare();
    this.#answers.prepare();
  }

  operation(match: string): DescribedOperation | undefined {
    const template = parseTemplate(match);
    const operation = template.ok ? this.#operations.find(template.value, this.#basePath) : undefined;
    if (!template.ok || operation === undefined) return undefined;
    const names = parameterNames(template.value, operation);
    return { document: this.#document, operation, names, schemas: this.#made };
  }

  describe(route: string, match: string, checks: Checks, report: Report): Described {
    const template = parseTemplate(match);
    if (!template.ok) return NOT_DESCRIBED;
    const operation = this.#operations.find(template.value, this.#basePath);
    if (operation === undefined) {
      if (checks.shape) this.#report(route, match, report);
      return NOT_DESCRIBED;
    }
    const fault = (text: string): void => void this.#faults.push(text);
    const document = this.#document;
    const names = parameterNames(template.value, operation);
    const request = { document, schemas: this.#requests, opaque: checks.opaque, fault };
    return {
      shape: checks.shape ? requestReader(operation, names, request) : undefined,
      contract: checks.contract ? answerReader(operation, { document, schemas: this.#answers, fault }) : undefined,
    };
  }

  #report(route: string, match: string, report: Report): void {
    const { names } = this.#operations;
    const [method, path] = match.split(' ') as [string, string];
    const elsewhere = names.find((name) => name.endsWith(` ${path}`));
    const near = nearest(
      path,
      names.map((name) => name.slice(name.indexOf(' ') + 1)),
    );
    const suggestion =
      elsewhere ??
      (near === undefined
        ? undefined
        : (names.find((name) => name === `${method} ${near}`) ?? names.find((name) => name.endsWith(` ${near}`))));
    report.error(['routes', route, 'match'], {
      message: `\`${match}\` is no operation of \`${this.#file}\``,
      accepted: 'one of its operations, or `shape: off` beside it',
      suggestion,
    });
  }
}
