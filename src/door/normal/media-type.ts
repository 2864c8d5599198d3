const MEDIA_TYPE = /^([\w!#$&^.+-]+\/[\w!#$&^.+-]+)(?:[ \t]*;[ \t]*charset=("?)utf-?8\2)?$/i;

/**
 * The media type in lower case, without parameters; `undefined` where it is malformed or has parameters other than
 * `charset=utf-8`. A parameter that one parser knows and another ignores would make two readings of one body.
 */
export function readMediaType(contentType: string): string | undefined {
  // What SDKs send nearly always, told apart without a regular expression.
  if (contentType === 'application/json' || contentType === 'application/x-www-form-urlencoded') return contentType;
  return MEDIA_TYPE.exec(contentType)?.[1]?.toLowerCase();
}
