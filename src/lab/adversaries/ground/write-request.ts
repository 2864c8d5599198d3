import type { Json } from '../../../std/canonical-json.ts';
import type { ProbeRequest } from '../../probe/course.ts';
import type { Operation, WriteRequest } from '../ground.ts';

/**
 * A request as a client of this API writes it. Placed values nest: `body.metadata.order` is `metadata[order]=…` in a form and
 * `{"metadata":{"order":…}}` in JSON; a step that is a number is a place in a list.
 */
export const writeRequest: WriteRequest = (operation, values) => {
  const target = pathOf(operation, values) + queryOf(values);
  const { upstream, method } = operation;
  const headers = headersOf(values);
  const body = bodyOf(operation, values);
  if (body === undefined) return { upstream, method, target, ...(headers && { headers }) };
  return { upstream, method, target, headers: { ...headers, 'content-type': TYPES[operation.encoding] }, body };
};

const TYPES = { form: 'application/x-www-form-urlencoded', json: 'application/json' } as const;

type Node = Readonly<Record<string, Json>>;
type Values = Readonly<Record<string, Json>>;

function pathOf({ template }: Operation, values: Values): string {
  return template.replaceAll(/\{([^}]*)\}/g, (_whole, name: string) => encodeURIComponent(plain(values[name] ?? '')));
}

function queryOf(values: Values): string {
  const pairs = under('query', values).flatMap(([path, value]) => pairsOf(keyOf(path), value));
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function headersOf(values: Values): ProbeRequest['headers'] {
  const headers = under('header', values).map(([path, value]): [string, string] => [path.join('.'), plain(value)]);
  return headers.length === 0 ? undefined : Object.fromEntries(headers);
}

function bodyOf({ method, encoding, fields }: Operation, values: Values): string | undefined {
  // A rule may name a field for reads and writes alike; where there is no body, it is nowhere.
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (Object.hasOwn(values, 'body')) return JSON.stringify(values['body']);
  const placed = under('body', values);
  if (placed.length === 0) {
    // An operation that takes a body is sent an empty one rather than none.
    return encoding === 'json' && Object.keys(fields).some((place) => place.startsWith('body.')) ? '{}' : undefined;
  }
  if (encoding === 'form') return placed.flatMap(([path, value]) => pairsOf(keyOf(path), value)).join('&');
  return JSON.stringify(
    placed.reduce<Json | undefined>((tree, [path, value]) => grafted(tree, path, value), undefined),
  );
}

/** `body.metadata.order` → [['metadata', 'order'], value] */
function under(root: string, values: Values): readonly [readonly string[], Json][] {
  return Object.entries(values).flatMap(([place, value]): [readonly string[], Json][] => {
    return place.startsWith(`${root}.`) ? [[place.slice(root.length + 1).split('.'), value]] : [];
  });
}

function keyOf([name = '', ...steps]: readonly string[]): string {
  // `expand[]` keeps its brackets: clients write them plainly.
  const [plain = '', brackets = ''] = name.split(/(?=\[)/);
  return encodeURIComponent(plain) + brackets + steps.map((step) => `[${encodeURIComponent(step)}]`).join('');
}

function pairsOf(key: string, value: Json): readonly string[] {
  if (value === null || typeof value !== 'object') return [`${key}=${encodeURIComponent(plain(value))}`];
  return Object.entries(value).flatMap(([step, member]) => pairsOf(`${key}[${encodeURIComponent(step)}]`, member));
}

function grafted(tree: Json | undefined, [step, ...rest]: readonly string[], value: Json): Json {
  if (step === undefined) return value;
  const own: Node | readonly Json[] = (tree ?? (/^\d+$/.test(step) ? [] : {})) as Node | readonly Json[];
  const member = Object.entries(own).find(([key]) => key === step)?.[1];
  const grown = grafted(member, rest, value);
  return Array.isArray(own)
    ? (own as readonly Json[]).toSpliced(Number(step), 1, grown)
    : { ...(own as Node), [step]: grown };
}

/** A value as a path, a query, a form or a header carries it. */
export function plain(value: Json): string {
  return value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
