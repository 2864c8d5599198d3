/** A request as an upstream reads it from the wire. Texts are latin-1: one character is one byte. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  /** Name, value, name, value: as sent, in the order sent. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** The exact bytes, framing included. */
  readonly raw: Buffer;
  /** Which connection it came on, from 0. */
  readonly connection: number;
}

export interface Parsed {
  readonly request: Omit<RawRequest, 'connection'>;
  /** What follows the request. */
  readonly rest: Buffer;
}

/**
 * Reads one request off the front; `null`: not whole yet. Deliberately plain, and strict where a proxy could be fooled:
 * it throws on what two readers could frame differently, so that a test sees the smuggling rather than one reading of it.
 */
export function parseRequest(bytes: Buffer): Parsed | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const [start = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const match = /^([A-Z-]+) (\S+) HTTP\/1\.1$/.exec(start);
  if (match === null) throw new Error(`not a request line: ${JSON.stringify(start)}`);
  const headers = lines.flatMap(parseField);
  const body = parseBody(headers, bytes.subarray(headEnd + 4));
  if (body === null) return null;
  const end = headEnd + 4 + body.consumed;
  return {
    request: {
      method: match[1]!,
      target: match[2]!,
      headers,
      body: body.content,
      raw: bytes.subarray(0, end),
    },
    rest: bytes.subarray(end),
  };
}

/** All values of one header, by its name in lower case. */
export function valuesOf(request: Pick<RawRequest, 'headers'>, name: string): string[] {
  return request.headers.filter((_, i) => i % 2 === 1 && request.headers[i - 1]?.toLowerCase() === name);
}

function parseField(line: string): [string, string] {
  const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/.exec(line);
  if (match === null) throw new Error(`not a header: ${JSON.stringify(line)}`);
  return [match[1]!, match[2]!];
}

function parseBody(headers: readonly string[], bytes: Buffer): { content: Buffer; consumed: number } | null {
  const lengths = valuesOf({ headers }, 'content-length');
  const codings = valuesOf({ headers }, 'transfer-encoding');
  if (lengths.length + codings.length > 1) throw new Error('the body is framed twice');
  if (codings.length === 1) throw new Error('the body has no explicit length');
  const length = Number(lengths[0] ?? 0);
  if (!Number.isSafeInteger(length)) throw new Error(`not a length: ${lengths[0]}`);
  return bytes.length < length ? null : { content: bytes.subarray(0, length), consumed: length };
}
