import type { Json } from '../../std/canonical-json.ts';
import { TOLD_VERSION, type Told } from '../../warehouse/why/told.ts';
import { readableJson } from '../readable-json.ts';

/** Members that are instants: ISO 8601 for programs and people alike. */
const INSTANTS: ReadonlySet<string> = new Set(['at', 'since', 'expiresAt', 'from', 'to']);

/** The same as data; see `docs/why.md` for its shape. Unseen characters are escaped, so parsing gives back what was recorded. */
export function whyJson(told: Told): string {
  return readableJson(dated({ version: TOLD_VERSION, ...told }) as Json).trimEnd();
}

function dated(value: unknown, name = ''): unknown {
  if (typeof value === 'number' && INSTANTS.has(name))
    return Number.isFinite(value) ? new Date(value).toISOString() : null;
  if (Array.isArray(value)) return value.map((one) => dated(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, dated(member, key)]));
}
