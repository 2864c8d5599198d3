/** A JSON value of unknown shape, read one member at a time: a foreign file promises nothing. */
export type Members = Readonly<Record<string, unknown>>;

export function members(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

export function textAt(value: Members | undefined, name: string): string | undefined {
  const found = value?.[name];
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(value: Members | undefined, name: string): number | undefined {
  const found = value?.[name];
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** `[{ name, value }]`, as HAR writes headers and form parameters → names and values in turn; `undefined` where it is none. */
export function pairsAt(value: Members | undefined, name: string): string[] | undefined {
  const found = value?.[name];
  if (!Array.isArray(found)) return undefined;
  const pairs: string[] = [];
  for (const one of found) {
    const pair = members(one);
    const key = textAt(pair, 'name');
    const text = textAt(pair, 'value');
    if (key === undefined || text === undefined) return undefined;
    pairs.push(key, text);
  }
  return pairs;
}

/** An instant in ISO 8601, whole milliseconds; `undefined` where it is none, or before 1970. */
export function instantOf(text: string): number | undefined {
  const at = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isSafeInteger(at) && at >= 0 ? at : undefined;
}
