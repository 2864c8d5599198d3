import type { Outbound } from '../flight/transport.ts';

/** Names that frame a message or concern one connection: the adapter's own business, never the caller's. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // No wire name: as an object's key it vanishes, and what was judged would not be what is sent.
  '__proto__',
]);

const TARGET = /^\/[\x21-\x7e\x80-\xff]*$/;
const METHOD = /^[A-Z-]+$/;

/**
 * Why this request must not be sent; `null`: it may. The last line of defence behind the door's normal form, the same
 * for every adapter: a client library that rewrites, drops or adds to what it is given would break I9 (judged = sent).
 * Header names and values are further checked by the client libraries themselves, before they write.
 */
export function unsendable(request: Outbound): string | null {
  const { method, target, headers } = request;
  if (!METHOD.test(method) || method === 'CONNECT') return 'the method cannot be forwarded';
  if (!TARGET.test(target)) return 'the target is not in origin form';
  if (headers.length % 2 !== 0) return 'a header has no value';
  let hosts = 0;
  let cookies = 0;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (name !== name.toLowerCase()) return 'a header name is not in lower case';
    if (NEVER_SENT.has(name)) return `the header ${name} cannot be forwarded`;
    if (name === 'host') hosts += 1;
    if (name === 'cookie') cookies += 1;
  }
  if (cookies > 1) return 'two cookie headers would be joined';
  return hosts === 1 ? null : `there are ${hosts} host headers`;
}
