import type { RouteId } from '../engine/ids.ts';
import type { Catalogue, DescribedOperation } from './openapi/catalogue.ts';
import { deref, isNode } from './openapi/document.ts';
import type { PolicyFile } from './schema.ts';

/** A route as the tool of an agent that makes its calls. */
export interface ToolRoute {
  readonly route: RouteId;
  /** What its arguments call the route's path parameters, where that is another name: `order_id` → `id`. */
  readonly params: ReadonlyMap<string, string>;
  /** Arguments that its operation has in the query, whatever its method. */
  readonly query: ReadonlySet<string>;
}

/** The routes that a tool's name can mean: the one of this name, and those of the OpenAPI operations with this `operationId`. */
export type Tools = ReadonlyMap<string, readonly ToolRoute[]>;

export function toolsOf({ routes }: PolicyFile, { operations }: Catalogue): Tools {
  const tools = new Map<string, ToolRoute[]>();
  for (const id of Object.keys(routes)) {
    const described = operations.get(id);
    const tool = { route: id as RouteId, ...argumentsOf(described) };
    const operationId = described?.operation.node['operationId'];
    const names = new Set([id, ...(typeof operationId === 'string' ? [operationId] : [])]);
    for (const name of names) tools.set(name, [...(tools.get(name) ?? []), tool]);
  }
  return tools;
}

function argumentsOf(described: DescribedOperation | undefined): Omit<ToolRoute, 'route'> {
  if (described === undefined) return { params: new Map(), query: new Set() };
  const { document, operation, names } = described;
  const query = operation.parameters.flatMap((json) => {
    const parameter = deref(document, json);
    if (!parameter.ok || !isNode(parameter.value)) return [];
    const { in: place, name } = parameter.value;
    return place === 'query' && typeof name === 'string' ? [name] : [];
  });
  return { params: names, query: new Set(query) };
}
