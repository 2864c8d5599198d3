import type { Json } from '../../std/canonical-json.ts';
import { METHODS, parseTemplate, shape, type Template } from '../template.ts';
import { deref, isNode, type Node, type OpenApiDocument } from './document.ts';

/** One operation of a document, with what it inherits from its path. */
export interface Operation {
  /** `POST /v1/refunds`, as the document has it. */
  readonly name: string;
  /** Where it stands in the document: `#/paths/~1v1~1refunds/post`. */
  readonly pointer: string;
  readonly node: Node;
  /** Its parameters and its path's, references not yet resolved. */
  readonly parameters: readonly Json[];
  readonly template: Template;
}

/** The operations of a document by method and path, with and without the path of its servers. */
export interface Operations {
  find(template: Template, basePath: string): Operation | undefined;
  /** Every spelling of each: `POST /refunds`, `POST /v1/refunds`. */
  readonly names: readonly string[];
}

export function operationsOf(document: OpenApiDocument): Operations {
  const exact = new Map<string, Operation>();
  const behindServers = new Map<string, Operation>();
  const names: string[] = [];
  for (const [path, json] of Object.entries(document.root.paths as Node)) {
    const item = deref(document, json);
    if (!item.ok || item.value === undefined) continue;
    for (const method of METHODS) {
      const node = item.value[method.toLowerCase()];
      if (!isNode(node)) continue;
      const name = `${method} ${path}`;
      names.push(name);
      const template = parseTemplate(name);
      // A path that no route can have (`/files/{name}.json`) needs no operation either.
      if (!template.ok) continue;
      const pointer = `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method.toLowerCase()}`;
      const parameters = [...listOf(item.value.parameters), ...listOf(node.parameters)];
      const operation = { name, pointer, node, parameters, template: template.value };
      exact.set(keyOf(template.value), operation);
      for (const base of basePaths(node.servers ?? item.value.servers ?? document.root.servers)) {
        const behind = parseTemplate(`${method} ${base}${path}`);
        names.push(`${method} ${base}${path}`);
        if (behind.ok) behindServers.set(keyOf(behind.value), operation);
      }
    }
  }
  return {
    names,
    find(template, basePath) {
      const whole = parseTemplate(`${template.method} ${basePath}${template.path}`);
      const spellings = whole.ok ? [whole.value, template] : [template];
      for (const operations of [exact, behindServers]) {
        for (const spelling of spellings) {
          const found = operations.get(keyOf(spelling)) ?? operations.get(keyOf(asGet(spelling)));
          if (found !== undefined) return found;
        }
      }
      return undefined;
    },
  };
}

/** What the operation calls each of the route's path parameters: they stand in the same places, counted from the end. */
export function parameterNames(route: Template, { template }: Operation): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const offset = route.segments.length - template.segments.length;
  for (const [index, segment] of template.segments.entries()) {
    const own = route.segments[index + offset];
    if (segment.kind === 'parameter' && own?.kind === 'parameter') names.set(segment.name, own.name);
  }
  return names;
}

function keyOf(template: Template): string {
  return `${template.method} ${shape(template)}`;
}

/** HEAD is GET without the body (RFC 9110 §9.3.2); few documents say so. */
function asGet(template: Template): Template {
  return template.method === 'HEAD' ? { ...template, method: 'GET' } : template;
}

/** The paths of the servers' addresses, their variables at their defaults. */
function basePaths(servers: Json | undefined): ReadonlySet<string> {
  const paths = listOf(servers).flatMap((server) => {
    if (!isNode(server) || typeof server.url !== 'string') return [];
    const variables = isNode(server.variables) ? server.variables : {};
    const url = server.url.replaceAll(/\{([^}]*)\}/g, (_whole, name: string) => {
      const variable = variables[name];
      return isNode(variable) && typeof variable.default === 'string' ? variable.default : name;
    });
    const address = URL.parse(url, 'http://relative.invalid');
    return address === null ? [] : [address.pathname.replace(/\/+$/, '')];
  });
  return new Set(paths.filter((path) => path !== ''));
}

export function listOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? (json as readonly Json[]) : [];
}
