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
  const segments = pattern.split('/');
  return {
    text,
    match: (method, path) => {
      if (wanted !== '*' && wanted !== method) return undefined;
      const given = path.split('/');
      if (given.length !== segments.length) return undefined;
      const parameters: [string, string][] = [];
      for (const [index, segment] of segments.entries()) {
        const value = given[index] as string;
        if (segment.startsWith('{') && segment.endsWith('}')) {
          if (value === '') return undefined;
          parameters.push([segment.slice(1, -1), value]);
        } else if (segment !== value) {
          return undefined;
        }
      }
      return Object.fromEntries(parameters);
    },
  };
}
