import type { Json } from '../../std/canonical-json.ts';
import type { CallId } from '../../engine/ids.ts';
import type { MadeAnswer, Overlay, Shown } from '../../door/shadow.ts';
import { parseExactly, stringify } from '../json.ts';
import { isTagged, madeEtag, tagsOf } from './etag.ts';

/** What describes the upstream's own bytes, and is not so of others. */
const OF_THE_BYTES = new Set([
  'accept-ranges',
  'content-digest',
  'content-length',
  'content-md5',
  'digest',
  'etag',
  'last-modified',
  'repr-digest',
  'transfer-encoding',
]);

export const NO_CALLS: readonly CallId[] = [];

export function headerOf({ headers }: MadeAnswer, name: string): string | undefined {
  for (let index = 0; index + 1 < headers.length; index += 2) if (headers[index] === name) return headers[index + 1];
  return undefined;
}

/** The JSON of a whole, successful answer; `undefined`: it is something else. */
export function jsonOf(answer: MadeAnswer): Json | undefined {
  const { status, body } = answer;
  if (status < 200 || status > 299 || status === 206) return undefined;
  const coding = headerOf(answer, 'content-encoding');
  if (coding !== undefined && coding !== 'identity') return undefined;
  const type = headerOf(answer, 'content-type') ?? '';
  return /^(?:application|text)\/(?:[\w.+-]+\+)?json\b/i.test(type) ? parseExactly(body.toString('utf8')) : undefined;
}

/** The upstream's answer as it stands, with the writes that it should show and does not. */
export function asItIs(answer: MadeAnswer, unmerged: readonly CallId[]): Shown {
  return { kind: 'answer', answer, origin: undefined, merged: NO_CALLS, unmerged };
}

/** The same, which does not show these writes either. */
export function withUnmerged(overlay: Overlay | undefined, calls: readonly CallId[]): Overlay | undefined {
  if (calls.length === 0) return overlay;
  const marked = (shown: Shown): Shown =>
    shown.kind === 'answer' ? { ...shown, unmerged: [...new Set([...shown.unmerged, ...calls])] } : shown;
  if (overlay === undefined) return { kind: 'over', merge: (real) => asItIs(real, calls) };
  if (overlay.kind === 'alone') return { kind: 'alone', shown: marked(overlay.shown) };
  return { kind: 'over', merge: (real) => marked(overlay.merge(real)) };
}

/**
 * The upstream's answer with another body, and what goes with it: an ETag of its own where the upstream's had one, which
 * `If-None-Match` is then held against.
 */
export function changedAnswer(
  answer: MadeAnswer,
  body: Json,
  ifNoneMatch: string | undefined,
): { readonly answer: MadeAnswer; readonly etag: string | undefined } | undefined {
  const text = stringify(body);
  if (text === undefined) return undefined;
  const real = headerOf(answer, 'etag');
  const etag = real === undefined ? undefined : madeEtag(text, real.startsWith('W/'));
  const headers = answer.headers.filter((_, index) => !OF_THE_BYTES.has(answer.headers[index & ~1] ?? ''));
  if (etag !== undefined) headers.push('etag', etag);
  const isKnown = etag !== undefined && isTagged(tagsOf(ifNoneMatch), etag);
  return {
    answer: isKnown
      ? { status: 304, headers: ['etag', etag], body: Buffer.alloc(0) }
      : { status: answer.status, headers, body: Buffer.from(text) },
    etag,
  };
}
