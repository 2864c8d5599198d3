/** One answer as a client reads it off the wire. Texts are latin-1. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface Answers {
  /** Final ones only: a 1xx is none. */
  readonly answers: readonly RawAnswer[];
  /** What stands behind them and is no whole answer. */
  readonly rest: string;
}

/** Reads all that came back on one connection. Plain and strict; shares nothing with any HTTP library. */
export function readAnswers(text: string): Answers {
  const answers: RawAnswer[] = [];
  let rest = text;
  for (;;) {
    const headEnd = rest.indexOf('\r\n\r\n');
    const status = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n/.exec(rest)?.[1];
    if (headEnd === -1 || status === undefined) return { answers, rest };
    const lines = rest.slice(0, headEnd).split('\r\n').slice(1);
    const headers = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const behind = rest.slice(headEnd + 4);
    if (status.startsWith('1')) {
      rest = behind;
      continue;
    }
    const body = bodyOf(headers, behind);
    if (body === null) return { answers, rest };
    answers.push({ status: Number(status), headers, body: body.text });
    rest = behind.slice(body.length);
  }
}

interface Body {
  readonly text: string;
  readonly length: number;
}

const NONE: Body = { text: '', length: 0 };

function bodyOf(headers: ReadonlyMap<string, string>, bytes: string): Body | null {
  // The answer to a HEAD has a length and no body: what follows it is the next answer, or nothing.
  if (bytes === '' || bytes.startsWith('HTTP/1.1 ')) return NONE;
  if (headers.get('transfer-encoding') === 'chunked') return chunks(bytes);
  const length = Number(headers.get('content-length') ?? 0);
  return bytes.length < length ? null : { text: bytes.slice(0, length), length };
}

function chunks(bytes: string): Body | null {
  let text = '';
  let index = 0;
  for (;;) {
    const size = /^([0-9a-f]+)\r\n/i.exec(bytes.slice(index, index + 20));
    if (size === null) return null;
    const length = Number.parseInt(size[1]!, 16);
    index += size[0].length;
    if (bytes.length < index + length + 2) return null;
    text += bytes.slice(index, index + length);
    index += length + 2;
    if (length === 0) return { text, length: index };
  }
}
