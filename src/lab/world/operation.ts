/** What `{id}` stood for in a path, by name. */
export type PathParameters = Readonly<Record<string, string>>;

/** Compiled `POST /v1/refunds` or `GET /v1/charges/{id}`; `*` as method is any method. */
export interface Operation {
  readonly text: string;
  /** The path's parameters, or `undefined` where the request is another operation. */
  readonly match: (method: string, path: string) => PathParameters | undefined;
}

/** Compiles an operation. A `{name}` stands for exactly one segment that is not empty. */
export function operation(text: string): Operation {
  const [wanted, pattern] = text.split(' ') as [string, string];
  const segments = pattern.split('/').map(segmentOf);
  return {
    text,
    match: (method, path) => {
      if (wanted !== '*' && wanted !== method) return undefined;
      return parametersIn(segments, path.split('/'));
    },
  };
}

/** A literal segment, or the name of what stands there. */
type Segment = { readonly literal: string } | { readonly name: string };

function segmentOf(text: string): Segment {
  return text.startsWith('{') && text.endsWith('}') ? { name: text.slice(1, -1) } : { literal: text };
}

function parametersIn(segments: readonly Segment[], given: readonly string[]): PathParameters | undefined {
  if (given.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (let index = 0; index < segments.length; index += 1) {
    const segment = segments[index] as Segment;
    const value = given[index] as string;
    if ('literal' in segment) {
      if (segment.literal !== value) return undefined;
    } else {
      if (value === '') return undefined;
      parameters[segment.name] = value;
    }
  }
  return parameters;
}

/** Everything a world does, and how to find what a request asks for. */
export interface Operations<Item> {
  readonly all: readonly Item[];
  find(method: string, path: string): { readonly found: Item; readonly parameters: PathParameters } | undefined;
}

/**
 * Compiles a list of operations, none of which takes any method. A request is compared only with those of its method and
 * number of segments; of two that match, the first counts.
 */
export function operations<Item extends { readonly operation: Operation }>(all: readonly Item[]): Operations<Item> {
  const byShape = new Map<string, { readonly item: Item; readonly segments: readonly Segment[] }[]>();
  for (const item of all) {
    const [method, pattern] = item.operation.text.split(' ') as [string, string];
    const segments = pattern.split('/').map(segmentOf);
    const shape = `${method} ${segments.length}`;
    const alike = byShape.get(shape);
    if (alike === undefined) byShape.set(shape, [{ item, segments }]);
    else alike.push({ item, segments });
  }
  return {
    all,
    find(method, path) {
      const given = path.split('/');
      for (const { item, segments } of byShape.get(`${method} ${given.length}`) ?? []) {
        const parameters = parametersIn(segments, given);
        if (parameters !== undefined) return { found: item, parameters };
      }
      return undefined;
    },
  };
}
