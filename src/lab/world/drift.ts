import type { Json } from '../../std/canonical-json.ts';

/** How an answer changed since its API was documented: every member called `field`, wherever it stands. */
export interface Drift {
  readonly field: string;
  /** `major units`: 5000 becomes "50.00". */
  readonly to: 'major units' | { readonly name: string };
}

/** The same answer in its new format. */
export function drifted(body: Json, drift: Drift): Json {
  if (Array.isArray(body)) return body.map((item: Json) => drifted(item, drift));
  if (body === null || typeof body !== 'object') return body;
  const { field, to } = drift;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      if (name !== field) return [name, drifted(value, drift)];
      if (to !== 'major units') return [to.name, value];
      return [name, typeof value === 'number' ? (value / 100).toFixed(2) : value];
    }),
  );
}
