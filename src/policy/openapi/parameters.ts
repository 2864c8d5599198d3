import type { Json } from '../../std/canonical-json.ts';
import { deref, isNode, type OpenApiDocument } from './document.ts';
import type { Operation } from './operations.ts';
import type { Lists } from './texts.ts';

/** One parameter of an operation. Those in cookies are none: the door sends no cookies. */
export interface Parameter {
  /** As a request has it: header names in lower case, without the `[]` of lists. */
  readonly name: string;
  readonly place: 'path' | 'query' | 'header';
  readonly required: boolean;
  /** `undefined` where it is described by a media type, or not at all. */
  readonly schema: Json | undefined;
  readonly at: string;
  /** What a text is where a list is meant. */
  readonly lists: Lists;
}

/**
 * Headers that describe the message or carry a key. OpenAPI says that the first three are no parameters; the door takes the
 * agent's key off a request and puts its own on, so none is asked of the agent.
 */
const NO_PARAMETERS = /^(?:accept|content-type|authorization|cookie|.*(?:api-?key|token|secret).*)$/;

/** An operation's parameters; one of the same name and place counts before its path's. */
export function parametersOf(
  operation: Operation,
  document: OpenApiDocument,
  fault: (text: string) => void,
): readonly Parameter[] {
  const found = new Map<string, Parameter>();
  for (const json of operation.parameters) {
    const target = deref(document, json);
    if (!target.ok) {
      fault(`${operation.pointer}/parameters: ${target.failure}`);
      continue;
    }
    const { name, in: place, required, schema, explode } = target.value ?? {};
    if (typeof name !== 'string' || (place !== 'path' && place !== 'query' && place !== 'header')) continue;
    const own = place === 'header' ? name.toLowerCase() : name.replace(/\[\]$/, '');
    if (place === 'header' && NO_PARAMETERS.test(own)) continue;
    found.set(`${place} ${own}`, {
      name: own,
      place,
      required: required === true,
      schema: isNode(schema) || typeof schema === 'boolean' ? schema : undefined,
      at: `${operation.pointer}/parameters/${name}`,
      // A list in a query repeats its name unless told otherwise (OpenAPI 3.0.3, 4.7.12.2); one name alone is a list of one.
      lists: place === 'query' && explode !== false ? 'of one' : 'parted',
    });
  }
  return [...found.values()];
}
