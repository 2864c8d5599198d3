import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { WireRequest } from './wire.ts';

const PAGE = path.join(import.meta.dirname, '../../docs/clients.md');

/** Of one connection, or the door's own to set: its length is always stated, its framing always plain (RFC 9110, 7.6.1). */
const HOP_BY_HOP = [
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
];
const CREDENTIALS = ['authorization', 'x-api-key'];

/** The headers that `docs/clients.md` says are dropped: what it does not say must arrive. */
function documentedDrops(): readonly string[] {
  const text = readFileSync(PAGE, 'utf8');
  const section = /<!-- dropped -->([^]*?)<!-- \/dropped -->/.exec(text)?.[1] ?? '';
  return [...section.matchAll(/`([a-z0-9-]+)`/g)].map((match) => match[1] as string);
}

const LEFT_OUT = new Set([...HOP_BY_HOP, ...CREDENTIALS, ...documentedDrops()]);

/** What of a request must reach the business as the client sent it. */
export interface EndToEnd {
  readonly line: string;
  readonly headers: readonly string[];
  /** Latin-1: one character is one byte. */
  readonly body: string;
}

/** @param prefix the path by which the door knows the upstream, gone when it arrives there */
export function endToEnd({ method, target, headers, body }: WireRequest, prefix = ''): EndToEnd {
  return {
    line: `${method} ${spelt(target.slice(prefix.length))}`,
    headers: joined(headers.filter(([name]) => !LEFT_OUT.has(name))),
    body: body.toString('latin1'),
  };
}

/** A header twice says what one with both values says (RFC 9110, 5.3). */
function joined(headers: WireRequest['headers']): string[] {
  const values = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return [...values].map(([name, value]) => `${name}: ${value}`);
}

/** Says the same in another spelling: which escapes a target has is the client's taste (RFC 3986, 6.2.2). */
export function spelt(target: string): string {
  const escaped = target.replaceAll(
    /[^\w.~:@!$&()*+,;=%/?[\]-]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  const plain = escaped.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
  });
  return plain.endsWith('?') ? plain.slice(0, -1) : plain;
}
