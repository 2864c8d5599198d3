/**
 * What a client library's error after sending means: `invalid` where the upstream spoke no HTTP that we accept, `reset`
 * for every other break. Known by code: `HPE_*` is llhttp's, in Node and in undici; `UND_ERR_*` is undici's.
 */
export function breakKind(error: Error): 'invalid' | 'reset' {
  const code = codeOf(error);
  if (code === 'HPE_INVALID_EOF_STATE') return 'reset'; // the connection ended inside a chunked body
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') return 'invalid';
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
