/** Where a secret stood is this, in headers, queries, forms and JSON alike. */
export const REDACTED = 'REDACTED';

/** Members and parameters whose values are secrets, whoever sends them. */
const MEMBERS =
  'password|passwd|passphrase|secret|client_secret|clientsecret|api_?key|apikey|private_key|access_key|access_?token|' +
  'refresh_?token|id_token|auth_?token|session_?token|token|signature|sig|x-amz-signature|x-amz-security-token|' +
  'x-goog-signature|assertion|client_assertion';

const IN_QUERY = new RegExp(`([?&](?:${MEMBERS}|key|auth)=)([^&]+)`, 'gi');
/** In an address that stands in a header or in a text: a redirect with an access token behind it, a signed download. */
const IN_ADDRESS = new RegExp(String.raw`([?&#](?:${MEMBERS})=)([^&#"'\s<>\\]+)`, 'gi');
const IN_FORM = new RegExp(`((?:^|&)(?:${MEMBERS})=)([^&]+)`, 'gi');
/** The value may be cut off with the text's end. */
const IN_JSON = new RegExp(String.raw`("(?:${MEMBERS})"\s*:\s*")(?=[^"])([^"\\]*(?:\\.[^"\\]*)*)`, 'gis');
/** JSON within a text of JSON. */
const IN_JSON_TEXT = new RegExp(String.raw`(\\"(?:${MEMBERS})\\"\s*:\s*\\")([^"\\]+)`, 'gi');

/** Headers that are secrets by their names, beside those in which credentials are known to travel. */
const HEADER =
  /(?:^|-)(?:auth(?:orization|entication)?|token|secret|password|passwd|credentials?|signature|csrf|xsrf|cookie2?)(?:-|$)|(?:api|access|account|admin|app|application|client|functions|license|master|private|service|subscription)-?key(?:-|$)/;
export const isSecretHeader = (name: string): boolean => HEADER.test(name);

/** A text without the values of secret names, and those values. */
export interface Cleared {
  readonly text: string;
  readonly found: readonly string[];
}

/** `?limit=3&api_key=x` → `?limit=3&api_key=REDACTED`. */
export const clearedQuery = (search: string): Cleared => cleared(search, IN_QUERY);

/** `https://shop.example/#access_token=x` in a header's value. */
export const clearedAddress = (value: string): Cleared => cleared(value, IN_ADDRESS);

/** A body's or an answer's text. */
export function clearedText(text: string, contentType: string | null): Cleared {
  const isForm = contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true;
  if (isForm) return cleared(text, IN_FORM);
  const first = cleared(text, IN_JSON);
  const second = cleared(first.text, IN_JSON_TEXT);
  const third = clearedAddress(second.text);
  return { text: third.text, found: [...first.found, ...second.found, ...third.found] };
}

function cleared(text: string, pattern: RegExp): Cleared {
  const found: string[] = [];
  const without = text.replace(pattern, (_, before: string, value: string) => {
    if (value !== REDACTED) found.push(value);
    return before + REDACTED;
  });
  return { text: without, found };
}
