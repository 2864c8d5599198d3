import type { IdForm } from './id-form.ts';
import { formOf, UNKNOWN_FORM } from './id-form.ts';
import type { Json } from '../../std/canonical-json.ts';
import type { TimeForm } from './plan.ts';

/** `created`, `created_at`, `createdAt`, `create_time`, `dateCreated`, `updated`, `timestamp`: the moment of the write. */
const MOMENT =
  /^(?:date)?(?:created|updated|modified|create|update|creation|timestamp|lastmodified|lastupdated)(?:at|on|time|date|timestamp)?$/;

/** Whether a field's name says that it holds when the thing was made or changed. */
export function isMoment(name: string): boolean {
  return MOMENT.test(name.replaceAll(/[_-]/g, '').toLowerCase());
}

/** `refunds` → `refund`; a name that is no plural stays. */
export function singular(name: string): string {
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`;
  if (/(?:ss|us|is)$/.test(name)) return name;
  if (/(?:[sxz]|ch|sh)es$/.test(name)) return name.replace(/es$/, '');
  return name.replace(/s$/, '');
}

/** What a collection's items may call their own id, the likeliest first: `{refund_id}` of the path, `id`, `refund_id`, `refundId`. */
export function idNames(collection: string, param: string | undefined): readonly string[] {
  const one = singular(collection.replaceAll('-', '_'));
  const words = [...(param === undefined ? [] : [param]), 'id', `${one}_id`, `${one}Id`, 'uuid', '_id'];
  return [...new Set(words)];
}

/** A moment's form, as a document or an example tells it; `undefined`: nothing tells. */
export function timeForm(
  types: ReadonlySet<string>,
  format: Json | undefined,
  example: Json | undefined,
): TimeForm | undefined {
  if (types.has('integer') || types.has('number')) {
    const isMs =
      typeof example === 'number' ? example > SECONDS_MAX : typeof format === 'string' && /milli|ms/i.test(format);
    return isMs ? 'milliseconds' : 'seconds';
  }
  if (format === 'date-time' || (typeof example === 'string' && ISO.test(example))) return 'date-time';
  return format === 'date' ? 'date' : undefined;
}

/** The year 5138 in seconds: more is milliseconds. */
const SECONDS_MAX = 1e11;
export const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** The form of an id that a schema describes. */
export function idForm(
  types: ReadonlySet<string>,
  format: Json | undefined,
  example: Json | undefined,
): IdForm | undefined {
  if (format === 'uuid') return { kind: 'uuid' };
  const shown = typeof example === 'string' || typeof example === 'number' ? formOf([example]) : undefined;
  if (types.size === 0 || types.has('string')) return shown?.kind === 'number' ? UNKNOWN_FORM : (shown ?? UNKNOWN_FORM);
  if (types.has('integer')) return { kind: 'number', digits: format === 'int32' ? 9 : 15 };
  return undefined;
}
