import type { Json } from '../../std/canonical-json.ts';
import type { Route } from '../../engine/policy.ts';
import { deref, isNode, type Node, type OpenApiDocument } from './document.ts';
import { coveringMedia, isJsonType, mediaOf } from './media.ts';
import type { Operation } from './operations.ts';
import type { Schemas, Validator } from './schemas.ts';

const FITS: readonly string[] = [];

export interface AnswerSide {
  readonly document: OpenApiDocument;
  readonly schemas: Schemas;
  readonly fault: (text: string) => void;
}

interface Body {
  readonly type: string;
  readonly schema: Json | undefined;
  /** `undefined`: the type is all that is described. */
  readonly validator: Validator | undefined;
}

/**
 * How an operation's answers are held against the response of their status: the exact one, its class (`2XX`), or the
 * default. More members than are described are no departure: an API may add some at any time.
 */
export function answerReader(operation: Operation, side: AnswerSide): NonNullable<Route['contract']> {
  const responses = new Map<string, readonly Body[]>();
  const { responses: described } = operation.node;
  for (const [status, response] of Object.entries(isNode(described) ? described : {})) {
    const bodies = bodiesOf(response, `${operation.pointer}/responses/${status}`, side);
    responses.set(status.toUpperCase(), bodies);
  }
  const hasBody = operation.template.method !== 'HEAD';
  return ({ status, contentType, body }) => {
    const media =
      responses.get(String(status)) ?? responses.get(`${Math.floor(status / 100)}XX`) ?? responses.get('DEFAULT');
    if (media === undefined) return [`status: ${status} is not described`];
    if (media.length === 0) return FITS;
    if (!hasBody) return null;
    if (contentType === null) return TYPELESS;
    const one = coveringMedia(media, contentType);
    if (one === undefined) return OTHER_TYPE;
    if (one.validator === undefined || !isJsonType(contentType)) return null;
    if (body === undefined) return NO_JSON;
    return one.validator.fits(body) ? FITS : one.validator.faults(body, 'body');
  };
}

function bodiesOf(response: Json, at: string, { document, schemas, fault }: AnswerSide): readonly Body[] {
  const found = deref(document, response);
  if (!found.ok) fault(`${at}: ${found.failure}`);
  const node: Node = (found.ok ? found.value : undefined) ?? {};
  return mediaOf(node.content).map(({ type, schema }) => {
    const where = `${at}/content/${type.replaceAll('/', '~1')}/schema`;
    const isChecked = schema !== undefined && (isJsonType(type) || type.endsWith('*'));
    return { type, schema, validator: isChecked ? schemas.validator(schema, where) : undefined };
  });
}

const TYPELESS: readonly string[] = ['content-type: is missing'];
const OTHER_TYPE: readonly string[] = ['content-type: is not described'];
const NO_JSON: readonly string[] = ['body: is no JSON'];
