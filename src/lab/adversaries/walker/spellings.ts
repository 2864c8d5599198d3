import type { ProbeRequest } from '../../probe/course.ts';

/** Another way to write an id, which some business takes for the same. */
interface Spelling {
  readonly name: string;
  readonly spell: (encoded: string) => string;
}

/** As it is first. */
export const SPELLINGS: readonly Spelling[] = [
  { name: 'as they are', spell: (id) => id },
  { name: 'with a letter escaped', spell: (id) => id.replace(/[A-Za-z0-9]/, escaped) },
  { name: 'with the underscore escaped', spell: (id) => id.replace('_', '%5f') },
  { name: 'escaped twice', spell: (id) => id.replace(/[A-Za-z0-9]/, (letter) => escaped(letter).replace('%', '%25')) },
  { name: 'in capitals', spell: (id) => id.toUpperCase() },
  { name: 'with a space behind', spell: (id) => `${id}%20` },
  { name: 'with a line end behind', spell: (id) => `${id}%0A` },
  { name: 'with a NUL behind', spell: (id) => `${id}%00` },
  { name: 'with a query escaped behind', spell: (id) => `${id}%3Fx=1` },
  { name: 'in full-width letters', spell: (id) => id.replace(/[a-z]/, (letter) => encodeURIComponent(wide(letter))) },
];

/** The same request with an id spelled otherwise, wherever it stands. */
export function respelled(request: ProbeRequest, id: string, { spell }: Spelling): ProbeRequest {
  const encoded = encodeURIComponent(id);
  const other = spell(encoded);
  if (other === encoded) return request;
  const { body, target } = request;
  const isJson = request.headers?.['content-type']?.startsWith('application/json') === true;
  const inBody = isJson ? inJson(other) : other;
  return {
    ...request,
    target: target.replace(encoded, other),
    ...(body !== undefined && { body: body.replace(isJson ? id : encoded, inBody) }),
  };
}

/** JSON has escapes of its own. */
function inJson(encoded: string): string {
  return encoded.replaceAll(/%(25)?([0-9A-Fa-f]{2})/g, (_whole, twice: string | undefined, code: string) =>
    twice === undefined ? `\\u00${code}` : `%${code}`,
  );
}

const escaped = (letter: string): string => `%${letter.charCodeAt(0).toString(16)}`;
const wide = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) + 0xfee0);
