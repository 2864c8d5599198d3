import type { Refusal } from './refusal.ts';

/**
 * What becomes of a header, by its name.
 * - `forward`: judged and sent as it came, at most once
 * - `drop`: neither judged nor sent; what a well-meant client may send and no upstream needs
 * - `list`: may be repeated; its values are joined with commas, which means the same (RFC 9110, 5.3)
 * - `credential`: who asks; kept for the door alone
 * - `refuse`: no honest use on the way through a door
 * - `own`: read by the door itself
 */
export type Handling =
  | { readonly kind: 'forward' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'list' }
  | { readonly kind: 'credential' }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  | { readonly kind: 'own'; readonly field: OwnField };

/** Headers that say something to the door, each at most once. */
export type OwnField =
  | 'host'
  | 'connection'
  | 'content-length'
  | 'transfer-encoding'
  | 'content-encoding'
  | 'upgrade'
  | 'http2-settings'
  | 'interlock-session';

export type HeaderTable = ReadonlyMap<string, Handling>;

/**
 * Describes the wire between two neighbours (RFC 9110, 7.6.1), the client's address as others claim it, or a secret.
 * `accept-encoding` goes so that the upstream answers in the clear: an answer that the journal cannot read proves nothing.
 */
const DROPPED = [
  'accept-encoding',
  'te',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'proxy',
  'cookie',
  'cookie2',
  'forwarded',
  'via',
  'max-forwards',
  'x-real-ip',
  'x-remote-ip',
  'x-remote-addr',
  'x-originating-ip',
  'client-ip',
  'x-original-host',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
  'x-host',
  'remote-user',
  'x-remote-user',
  'x-authenticated-user',
];

const LISTS = [
  'accept',
  'accept-charset',
  'accept-language',
  'baggage',
  'cache-control',
  'if-match',
  'if-none-match',
  'link',
  'pragma',
  'prefer',
  'tracestate',
];

/** Where SDKs put API keys. More names can be added per door. */
const CREDENTIALS = [
  'authorization',
  'x-api-key',
  'api-key',
  'apikey',
  'x-goog-api-key',
  'x-auth-token',
  'x-access-token',
  'x-shopify-access-token',
  'private-token',
];

const OWN: readonly OwnField[] = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'content-encoding',
  'upgrade',
  'http2-settings',
  'interlock-session',
];

const METHOD_OVERRIDE: Refusal = {
  status: 400,
  reason: 'header_method_override',
  detail: 'The method in the request line is the only one; send no header that overrides it.',
};
const TARGET_OVERRIDE: Refusal = {
  status: 400,
  reason: 'header_target_override',
  detail: 'The target in the request line is the only one; send no header that overrides it.',
};

const REFUSED: readonly (readonly [string, Refusal])[] = [
  ['trailer', { status: 400, reason: 'header_trailer', detail: 'The door takes no trailers; send no Trailer header.' }],
  ['expect', { status: 417, reason: 'header_expect', detail: 'Send the body at once, without an Expect header.' }],
  ['x-http-method-override', METHOD_OVERRIDE],
  ['x-http-method', METHOD_OVERRIDE],
  ['x-method-override', METHOD_OVERRIDE],
  ['x-original-method', METHOD_OVERRIDE],
  ['x-rewrite-url', TARGET_OVERRIDE],
  ['x-original-url', TARGET_OVERRIDE],
  ['x-original-uri', TARGET_OVERRIDE],
  ['x-override-url', TARGET_OVERRIDE],
];

/** The table of a door. `credentials`: further header names, in lower case, in which grants or vendor keys travel. */
export function headerTable(credentials: readonly string[] = []): HeaderTable {
  return new Map<string, Handling>([
    ...DROPPED.map((name) => [name, { kind: 'drop' }] as const),
    ...LISTS.map((name) => [name, { kind: 'list' }] as const),
    ...REFUSED.map(([name, refusal]) => [name, { kind: 'refuse', refusal }] as const),
    ...OWN.map((field) => [field, { kind: 'own', field }] as const),
    ...[...CREDENTIALS, ...credentials].map((name) => [name, { kind: 'credential' }] as const),
  ]);
}

const FORWARD: Handling = { kind: 'forward' };
const DROP: Handling = { kind: 'drop' };

/** What becomes of a header with this name, in lower case. */
export function handlingOf(name: string, table: HeaderTable): Handling {
  return table.get(name) ?? (DROPPED_FAMILY.test(name) ? DROP : FORWARD);
}

/**
 * Claims about the client and about how it was let in, which servers believe of a proxy they trust; the door's own
 * namespace; and names like `idempotency_key` or `idempotency.key`, which CGI takes for the real one.
 */
const DROPPED_FAMILY =
  /[^a-z0-9-]|^interlock-|^(?:x-)?ssl-client-|^x-(?:forwarded|envoy|middleware|amzn-oidc|auth-request|client-cert|ms-client-principal|goog-authenticated-user|goog-iap)(?:-|$)/;
