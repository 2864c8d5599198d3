/**
 * What a client library's error after sending means: `invalid` where the upstream spoke no HTTP that we accept, `reset`
 * for every other break. `HPE_*` is llhttp's code in Node; undici has the same parser but loses its code.
 */
export function breakKind(error: Error, headArrived: boolean): 'invalid' | 'reset' {
  const code = codeOf(error);
  // The connection ended inside a chunked body.
  if (code === 'HPE_INVALID_EOF_STATE' || error.message.includes('Invalid EOF state')) return 'reset';
  if (code.startsWith('HPE_') || error.name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW')
    return 'invalid';
  // undici says so of a cut body, and of any fault in a head that has a length.
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return headArrived ? 'reset' : 'invalid';
  // undici reads no 100 that it did not ask for ("bad response") and no 101 ("bad upgrade").
  if (code === 'UND_ERR_SOCKET' && error.message.startsWith('bad ')) return 'invalid';
  return 'reset';
}

/** The error in words, for the journal and the operator. Never holds header values: neither library puts any there. */
export function describe(error: Error): string {
  const causes = error instanceof AggregateError ? error.errors.map((cause) => String(cause?.message)) : [];
  const text = [error.message, ...causes].filter((part) => part !== '').join('; ');
  return text === '' ? codeOf(error) : text;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
