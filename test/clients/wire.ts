/** A request as its bytes say it, whatever its framing. Texts are latin-1: one character is one byte. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** Name in lower case and value, in the order sent. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** What was read off the front of a connection's bytes. */
type Read =
  | { readonly kind: 'whole'; readonly request: WireRequest; readonly bytes: number }
  /**
   * `waits`: the client sends its body only once it has been told to go on (`Expect: 100-continue`).
   * `bytesMin`: how many it takes before it is worth another look.
   */
  | { readonly kind: 'partial'; readonly waits: boolean; readonly bytesMin: number };

/**
 * Reads one request of a real client: its body framed by a length, by chunks, or absent. Throws on what has two framings,
 * so that no comparison rests on a reading of its own.
 */
function readRequest(bytes: Buffer): Read {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return { kind: 'partial', waits: false, bytesMin: 0 };
  const [start = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const match = /^([A-Z]+) (\S+) HTTP\/(1\.[01])$/.exec(start);
  if (match === null) throw new Error(`not a request line: ${JSON.stringify(start)}`);
  const [, method, target, version] = match as unknown as [string, string, string, string];
  const headers = lines.map(field);
  const body = bodyOf(headers, bytes.subarray(headEnd + 4));
  if (body === undefined) {
    const bytesMin = headEnd + 4 + Number(valueOf(headers, 'content-length') ?? 0);
    return { kind: 'partial', waits: valueOf(headers, 'expect') !== undefined, bytesMin };
  }
  const request = { method, target, version, headers, body: Buffer.from(body.content) };
  return { kind: 'whole', request, bytes: headEnd + 4 + body.bytes };
}

function valueOf(headers: WireRequest['headers'], name: string): string | undefined {
  return headers.find(([one]) => one === name)?.[1];
}

function field(line: string): readonly [string, string] {
  const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/.exec(line);
  if (match === null) throw new Error(`not a header: ${JSON.stringify(line)}`);
  return [match[1]!.toLowerCase(), match[2]!];
}

interface Framed {
  readonly content: Buffer;
  /** What it takes on the wire. */
  readonly bytes: number;
}

function bodyOf(headers: WireRequest['headers'], bytes: Buffer): Framed | undefined {
  const length = valueOf(headers, 'content-length');
  const coding = valueOf(headers, 'transfer-encoding');
  if (length !== undefined && coding !== undefined) throw new Error('the body is framed twice');
  if (coding !== undefined) return dechunked(bytes);
  const needed = Number(length ?? 0);
  return bytes.length < needed ? undefined : { content: bytes.subarray(0, needed), bytes: needed };
}

function dechunked(bytes: Buffer): Framed | undefined {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf('\r\n', at);
    if (line === -1) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    const end = line + 2 + size;
    if (bytes.length < end + 2) return undefined;
    if (size === 0) return { content: Buffer.concat(pieces), bytes: end + 2 };
    pieces.push(bytes.subarray(line + 2, end));
    at = end + 2;
  }
}

/** The bytes of one connection, cut into requests as they become whole. */
export class Incoming {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #bytesMin = 0;

  /** The requests that this piece makes whole, and whether the client waits to be told to go on. */
  add(chunk: Buffer): { readonly requests: readonly WireRequest[]; readonly waits: boolean } {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const requests: WireRequest[] = [];
    if (this.#bytes < this.#bytesMin) return { requests, waits: false };
    let rest = Buffer.concat(this.#chunks);
    let read = readRequest(rest);
    for (; read.kind === 'whole'; read = readRequest(rest)) {
      requests.push(read.request);
      rest = rest.subarray(read.bytes);
    }
    this.#chunks = [rest];
    this.#bytes = rest.length;
    this.#bytesMin = read.bytesMin;
    return { requests, waits: read.waits };
  }
}
