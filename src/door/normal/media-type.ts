const MEDIA_TYPE = /^([\w!#$&^.+-]+\/[\w!#$&^.+-]+)(?:[ \t]*;[ \t]*charset=("?)utf-?8\2)?$/i;
/** With any parameters, `multipart/form-data; boundary=…`. */
const PARAMETERISED = /^([\w!#$&^.+-]+\/[\w!#$&^.+-]+)(?:[ \t]*;[ \t]*[\w!#$&^.+-]+=(?:[^\s;",]+|"[^"\\]*"))*$/;

/**
 * The media type in lower case, without parameters; `undefined` where it is malformed or has parameters other than
 * `charset=utf-8`. A parameter that one parser knows and another ignores would make two readings of one body.
 */
export function readMediaType(contentType: string): string | undefined {
  // What SDKs send nearly always, told apart without a regular expression.
  if (contentType === 'application/json' || contentType === 'application/x-www-form-urlencoded') return contentType;
  return MEDIA_TYPE.exec(contentType)?.[1]?.toLowerCase();
}

/** What a body without a type is (RFC 9110, 8.3): `curl -T` and `fetch` with bytes send none. */
const UNTYPED = 'application/octet-stream';
/** Always read, unless named outright: a family, `application/*`, does not mean them. */
const READ: ReadonlySet<string> = new Set(['application/json', 'application/x-www-form-urlencoded']);

/** Whether a body of this type is among those that nobody reads. Its parameters are for the upstream alone. */
export function isAmong(contentType: string | undefined, types: readonly string[]): boolean {
  if (types.length === 0) return false;
  const type = contentType === undefined ? UNTYPED : PARAMETERISED.exec(contentType)?.[1]?.toLowerCase();
  if (type === undefined) return false;
  if (types.includes(type)) return true;
  return !READ.has(type) && types.includes(`${type.slice(0, type.indexOf('/'))}/*`);
}
