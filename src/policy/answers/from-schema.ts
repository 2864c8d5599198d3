import type { Json } from '../../std/canonical-json.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Field } from '../field.ts';
import { deref, isNode, type Node } from '../openapi/document.ts';
import { isJsonType, mediaOf, type Media } from '../openapi/media.ts';
import type { DescribedOperation } from '../openapi/catalogue.ts';
import { textReader } from '../openapi/texts.ts';
import { composed, enumOf, isOfType, keyword, type Composed } from './composed.ts';
import { exampleOf } from './examples.ts';
import { formOf } from './id-form.ts';
import { idForm, isMoment, timeForm } from './fields.ts';
import { leaf, missingField, type AnswerPlan, type Member, type Plan, type Source, type Unplanned } from './plan.ts';
import type { Resource } from './resources.ts';

/** A document's operation, as far as answers to it are made. */
export interface Described extends DescribedOperation {
  /** By what the operation that reads the item describes it; `undefined`: there is none. */
  readonly itemSchema: Json | undefined;
}

/** A document nests what it requires deeper than this only in circles. */
const DEPTH_MAX = 12;
const ALTERNATIVES_MAX = 16;

/** How the answer is made of what the document says of the operation's success. */
export function schemaPlan(described: Described, resource: Resource | undefined): Result<AnswerPlan, Unplanned> {
  const success = successOf(described, resource);
  if (!success.ok) return success;
  const { status, media } = success.value;
  const plain = { status, basis: ['document'], isItem: false, faults: () => [] } as const;
  if (media === undefined) return ok({ ...plain, contentType: undefined, body: undefined });
  const { type, schema, example } = media;
  if (schema === undefined)
    return ok({ ...plain, contentType: type, body: undefined, faults: () => NOTHING_DESCRIBED });
  const validator = described.schemas.validator(schema, `${described.operation.pointer}/responses`);
  const faults = (body: Json): readonly string[] =>
    validator.fits(body) ? [] : validator.faults(body, 'answer').slice(0, FAULTS_SHOWN_MAX);
  const isSameAsItem = isSame(schema, described.itemSchema);
  if (resource?.role === 'action' && isSameAsItem) return fail(actionUnknown(described.operation.name));
  const isItem = resource?.role === 'update' && isSameAsItem;
  const made = new Planner(described, resource);
  const body = isItem ? { kind: 'object' as const, members: [] } : made.plan([schema], [], [], example, 0);
  return ok({ ...plain, contentType: type, body, isItem, faults });
}

function actionUnknown(name: string): Unplanned {
  return {
    reason: 'action_not_described',
    detail: `\`${name}\` answers the item that it acts on, and the document does not say what is different in it then`,
    hint: 'declare `answer: { item: ROUTE, body: { … } }` on the route, with what is different in it, or learn templates from recorded answers',
  };
}

const FAULTS_SHOWN_MAX = 3;
const NOTHING_DESCRIBED: readonly string[] = ['the document does not describe the answer'];

interface Success {
  readonly status: number;
  readonly media: (Media & { readonly example: Json | undefined }) | undefined;
}

/** What a write of each role answers where several successes are described. */
const PREFERRED = { create: ['201', '200', '202', '204'], other: ['200', '204', '202', '201'] } as const;

function successOf(
  { document, operation }: DescribedOperation,
  resource: Resource | undefined,
): Result<Success, Unplanned> {
  const { responses } = operation.node;
  const all = isNode(responses) ? responses : {};
  const order: readonly string[] = PREFERRED[resource?.role === 'create' ? 'create' : 'other'];
  const codes = Object.keys(all).filter((code) => /^2(?:\d\d|XX)$/i.test(code));
  const code = order.find((one) => codes.includes(one)) ?? codes.toSorted()[0];
  if (code === undefined) {
    return fail({
      reason: 'success_not_described',
      detail: `the document describes no success of \`${operation.name}\``,
      hint: 'describe its 2xx answer there, or declare `answer` on the route',
    });
  }
  const response = deref(document, all[code]);
  const node: Node = (response.ok ? response.value : undefined) ?? {};
  const status = /^\d+$/.test(code) ? Number(code) : 200;
  const media = mediaOf(node.content);
  if (media.length === 0 || status === 204 || status === 205) return ok({ status, media: undefined });
  const json =
    media.find(({ type }) => isJsonType(type)) ?? media.find(({ type }) => type === '*/*' || type === 'application/*');
  if (json === undefined) {
    return fail({
      reason: 'answer_no_json',
      detail: `\`${operation.name}\` answers ${media.map(({ type }) => type).join(' or ')}, and only JSON is made up`,
      hint: 'declare `answer` on the route',
    });
  }
  const raw = Object.entries(isNode(node.content) ? node.content : {}).find(([type]) => type.startsWith(json.type));
  const type = isJsonType(json.type) ? json.type : 'application/json';
  return ok({ status, media: { ...json, type, example: exampleOf(document, raw?.[1]) } });
}

/** Whether both describe the same thing: by the same reference, or word for word. */
function isSame(one: Json, other: Json | undefined): boolean {
  return other !== undefined && JSON.stringify(one) === JSON.stringify(other);
}

/** The schema of the JSON that an operation's success has; `undefined`: none is described. */
export function answerSchema(operation: DescribedOperation): Json | undefined {
  const success = successOf(operation, undefined);
  return success.ok ? success.value.media?.schema : undefined;
}

/** Plans one answer. Optional members are planned too: they are made where the request says something of them. */
class Planner {
  readonly #described: Described;
  readonly #resource: Resource | undefined;
  readonly #request: Json | undefined;
  readonly #params: readonly string[];

  constructor(described: Described, resource: Resource | undefined) {
    this.#described = described;
    this.#resource = resource;
    this.#request = requestSchema(described);
    this.#params = [...described.names.values()];
  }

  /**
   * @param path where in the answer
   * @param example what the document shows there
   * @param above the composed places that this one lies in, so that circles end
   */
  plan(
    schemas: readonly Json[],
    path: readonly string[],
    above: readonly string[],
    example: Json | undefined,
    depth: number,
  ): Plan {
    const place = composed(this.#described.document, schemas);
    const [choices, ...others] = place.alternatives;
    if (choices !== undefined && depth < DEPTH_MAX && others.length <= 1) {
      return this.#choose(place, choices, path, above, example, depth);
    }
    const refs = schemas.map((schema) => JSON.stringify(schema).slice(0, REF_LENGTH));
    const isCircle = depth >= DEPTH_MAX || refs.some((ref) => ref.startsWith('{"$ref"') && above.includes(ref));
    const isObject = place.types.has('object') && place.members.size > 0;
    if (!isObject || isCircle) return this.#leaf(place, path, example);
    const members = [...place.members].flatMap(([name, its]): Member[] => {
      if (its.some((schema) => isNode(schema) && schema.writeOnly === true)) return [];
      const inner = this.plan(its, [...path, name], [...above, ...refs], memberOf(example, name), depth + 1);
      return [{ name, plan: inner, required: place.required.has(name) }];
    });
    return { kind: 'object', members };
  }

  /** The first of the alternatives that can be filled, read together with what stands beside them. */
  #choose(
    place: Composed,
    choices: readonly Json[],
    path: readonly string[],
    above: readonly string[],
    example: Json | undefined,
    depth: number,
  ): Plan {
    const beside = place.nodes.map(({ oneOf: _one, anyOf: _any, allOf: _all, $ref: _ref, ...rest }) => rest as Json);
    let first: Plan | undefined;
    for (const choice of choices.slice(0, ALTERNATIVES_MAX)) {
      if (isNode(choice) && choice.type === 'null') continue;
      const plan = this.plan([...beside, choice], path, above, example, depth + 1);
      if (missingField(plan) === undefined) return plan;
      first ??= plan;
    }
    return first ?? leaf([]);
  }

  #leaf(place: Composed, path: readonly string[], example: Json | undefined): Plan {
    const { types, isNullable } = place;
    const values = enumOf(place);
    const accepts = (value: Json): boolean =>
      isOfType(value, types, isNullable) && (values === undefined || value === null || values.includes(value));
    const { document } = this.#described;
    const schema: Json = { allOf: place.nodes };
    return leaf(this.#sources(place, path, values, example), accepts, textReader(document, schema, 'none'));
  }

  #sources(
    place: Composed,
    path: readonly string[],
    values: readonly Json[] | undefined,
    media: Json | undefined,
  ): Source[] {
    const sources: Source[] = [];
    const fixed = keyword(place, 'const');
    if (fixed !== undefined) return [{ from: 'constant', value: fixed, why: 'const' }];
    if (values?.length === 1) return [{ from: 'constant', value: values[0] as Json, why: 'only enum' }];
    const name = path.at(-1) ?? '';
    const example = keyword(place, 'example') ?? listExample(keyword(place, 'examples')) ?? media;
    const format = keyword(place, 'format');
    const echo = this.#echo(path);
    if (echo !== undefined) sources.push({ from: 'request', field: echo });
    if (this.#isNewId(path)) {
      const form = idForm(place.types, format, example);
      if (form !== undefined) sources.push({ from: 'id', form });
    }
    const param = this.#param(path);
    if (param !== undefined) sources.push({ from: 'request', field: { kind: 'param', name: param } });
    const other = this.#isNamedId(place, name, example) ? idForm(place.types, format, example) : undefined;
    if (other !== undefined) sources.push({ from: 'id', form: other });
    if (isMoment(name)) {
      const form = timeForm(place.types, format, example);
      if (form !== undefined) sources.push({ from: 'time', form });
    }
    const initial = keyword(place, 'default');
    if (initial !== undefined) sources.push({ from: 'constant', value: initial, why: 'default' });
    if (echo !== undefined) {
      const isMap = place.types.has('object') && place.required.size === 0;
      if (place.isNullable) sources.push({ from: 'unset', field: echo, value: null });
      else if (isMap) sources.push({ from: 'unset', field: echo, value: {} });
    }
    if (example !== undefined) sources.push({ from: 'constant', value: example, why: 'example' });
    return sources;
  }

  /** The field of the request that has the same name in the same place, or behind the one member that the answer is wrapped in. */
  #echo(path: readonly string[]): Field | undefined {
    if (this.#request === undefined || path.length === 0) return undefined;
    for (const own of [path, path.slice(1)]) {
      if (own.length > 0 && this.#isRequestField(own)) return { kind: 'body', path: own };
    }
    return undefined;
  }

  #isRequestField(path: readonly string[]): boolean {
    let schemas: readonly Json[] = [this.#request as Json];
    for (const step of path) {
      const place = composed(this.#described.document, schemas);
      const inner = place.alternatives.flat().slice(0, ALTERNATIVES_MAX);
      const whole = inner.length === 0 ? place : composed(this.#described.document, [...schemas, ...inner]);
      const found = whole.members.get(step);
      if (found === undefined || found.some((schema) => isNode(schema) && schema.readOnly === true)) return false;
      schemas = found;
    }
    return true;
  }

  /** Whether an action is known to answer something else than the item that it acts on: a refund, of a capture. */
  get #isOfAnother(): boolean {
    return this.#described.itemSchema !== undefined;
  }

  /** Only what is new has a new id, and only at the top: what else is made beside it, nobody knows. */
  #isNewId(path: readonly string[]): boolean {
    if (this.#resource?.role === 'action') return path.length === 1 && path[0] === 'id' && this.#isOfAnother;
    if (this.#resource?.role !== 'create' || path.length === 0 || path.length > 2) return false;
    const name = path.at(-1) as string;
    return path.length === 1
      ? this.#resource.idNames.includes(name)
      : name === 'id' && this.#isWrapper(path[0] as string);
  }

  /** A required id of something else, of which the document shows one: `pspReference`. Shown twice it would be one thing twice. */
  #isNamedId(place: Composed, name: string, example: Json | undefined): boolean {
    const isText = typeof example === 'string' && formOf([example]) !== undefined && /\d/.test(example);
    return isText && place.types.has('string') && /(?:^id|_id|Id|_?[Rr]eference|_?[Uu]uid)$/.test(name);
  }

  /** `{ refund: { id } }`, `{ data: { id } }` */
  #isWrapper(name: string): boolean {
    return name === 'data' || this.#resource?.idNames.includes(`${name}_id`) === true;
  }

  /** The path parameter that an answer repeats: `order_id` below `/orders/{order_id}`, `id` of the item acted on. */
  #param(path: readonly string[]): string | undefined {
    if (path.length !== 1) return undefined;
    const [name = ''] = path;
    const { role, param, idNames = [] } = this.#resource ?? {};
    if ((role === 'update' || role === 'delete') && param !== undefined && idNames.includes(name)) return param;
    return name !== 'id' && this.#params.includes(name) ? name : undefined;
  }
}

const REF_LENGTH = 200;

/** What a JSON or form body of the operation may hold. */
function requestSchema({ document, operation }: DescribedOperation): Json | undefined {
  const body = deref(document, operation.node.requestBody);
  if (!body.ok || body.value === undefined) return undefined;
  const media = mediaOf(body.value.content);
  const read =
    media.find(({ type }) => isJsonType(type)) ?? media.find(({ type }) => type.includes('urlencoded')) ?? media[0];
  return read?.schema;
}

function memberOf(json: Json | undefined, name: string): Json | undefined {
  return isNode(json) && Object.hasOwn(json, name) ? json[name] : undefined;
}

function listExample(examples: Json | undefined): Json | undefined {
  return Array.isArray(examples) ? (examples[0] as Json | undefined) : undefined;
}
