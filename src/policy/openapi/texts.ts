import type { Json } from '../../std/canonical-json.ts';
import { isNode, resolve, type OpenApiDocument } from './document.ts';
import { listOf } from './operations.ts';

/**
 * Reads the strings of a form, a query or a path as the values that a schema means: `500` is a number where it says
 * integer. What has no such reading stays a string, and so does what a double would round: then the type is the fault.
 */
export type TextReader = (value: Json) => Json;

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
/** A double holds every decimal of so many digits (IEEE 754). */
const DIGITS_MAX = 15;

/** @param lists what a text is where a list is meant: parted at its commas, a list of one, or no list at all */
export function textReader(document: OpenApiDocument, schema: Json, lists: Lists): TextReader {
  const forms = new Forms(document);
  return (value) => read(value, forms.of([schema]), lists);
}

export type Lists = 'parted' | 'of one' | 'none';

function read(value: Json, form: Form, lists: Lists): Json {
  if (typeof value === 'string') return scalar(value, form, lists);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => read(item, form.items(), 'none'));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, read(item, form.member(key), 'none')]));
}

function scalar(text: string, form: Form, lists: Lists): Json {
  const { types, literals } = form;
  if (types.size === 0 || types.has('string') || literals.has(text)) {
    return text;
  }
  if (types.has('integer') && INTEGER.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  if (types.has('number') && DECIMAL.test(text) && text.replace(/[-.]/g, '').length <= DIGITS_MAX) return Number(text);
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if (types.has('null') && text === '') return null;
  if (!types.has('array') || lists === 'none') return text;
  return (lists === 'parted' ? text.split(',') : [text]).map((item) => scalar(item, form.items(), 'none'));
}

/** What a place may hold, all the schemas that bear on it together. */
interface Form {
  readonly types: ReadonlySet<string>;
  /** Texts that an `enum` lists as they are. */
  readonly literals: ReadonlySet<Json>;
  member(name: string): Form;
  items(): Form;
}

class Forms {
  readonly #document: OpenApiDocument;
  readonly #known = new Map<Json, Form>();

  constructor(document: OpenApiDocument) {
    this.#document = document;
  }

  of(schemas: readonly Json[]): Form {
    const [only] = schemas;
    const known = schemas.length === 1 && only !== undefined ? this.#known.get(only) : undefined;
    if (known !== undefined) return known;
    const form = this.#form(this.#parts(schemas));
    if (schemas.length === 1 && only !== undefined) this.#known.set(only, form);
    return form;
  }

  #form(parts: ReadonlySet<Json>): Form {
    const nodes = [...parts].filter(isNode);
    const types = nodes.flatMap(({ type, nullable, enum: values }) => [
      // A closed list of texts is told by the texts; beside it `500` may still mean a number.
      ...[type ?? []].flat().filter((one) => one !== 'string' || values === undefined),
      ...(nullable === true ? ['null'] : []),
    ]);
    const members = new Map<string, Form>();
    let items: Form | undefined;
    return {
      types: new Set(types.filter((type) => typeof type === 'string')),
      literals: new Set(nodes.flatMap((node) => listOf(node.enum))),
      member: (name) => {
        const known = members.get(name);
        if (known !== undefined) return known;
        const described = nodes.flatMap(({ properties }) => (isNode(properties) ? (properties[name] ?? []) : []));
        const others = nodes.flatMap(({ additionalProperties }) => additionalProperties ?? []);
        const form = this.of(described.length > 0 ? described : others);
        // Names that no schema lists come from the request: remembering them would grow without bound.
        if (described.length > 0) members.set(name, form);
        return form;
      },
      items: () => (items ??= this.of(nodes.flatMap((node) => node.items ?? []))),
    };
  }

  /** The schemas themselves and whatever they are composed of in place. */
  #parts(schemas: readonly Json[]): ReadonlySet<Json> {
    const parts = new Set<Json>();
    const waiting = [...schemas];
    for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
      if (!isNode(schema) || parts.has(schema)) continue;
      parts.add(schema);
      const { $ref, allOf, anyOf, oneOf } = schema;
      const target = typeof $ref === 'string' ? resolve(this.#document, $ref) : undefined;
      waiting.push(
        ...listOf(allOf),
        ...listOf(anyOf),
        ...listOf(oneOf),
        ...(target?.ok === true ? [target.value] : []),
      );
    }
    return parts;
  }
}
