import { Agent, request } from 'undici';
import { lookupWithin } from '../door/transports/reach.ts';
import { NETWORKS } from '../policy/index.ts';
import type { Delivery } from './channel.ts';
import { plain } from './plain.ts';

/** How much of an answer is read: what names a fault fits in, and a page needs no more. */
export const ANSWER_READ_BYTES = 4_096;
const DETAIL_LENGTH_MAX = 200;

/** How long the rest of an answer may hold its connection, once its head has said all. */
export const REST_TIMEOUT_MS = 1_000;

/** Connections to one channel; the pager has no more attempts under way. */
export const CONNECTIONS_MAX = 4;

/** A secret shorter than this would hide ordinary words of an answer. */
const SECRET_LENGTH_MIN = 6;

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Posts JSON to one place. What comes back is told without the secrets it was made with. */
export interface Poster {
  /** Never rejects. `at`: now, for a `Retry-After` that is a date. */
  readonly post: (post: Post, at: number, signal: AbortSignal) => Promise<Delivery>;
  readonly close: () => Promise<void>;
}

/**
 * A poster that follows no redirect and always verifies TLS, whatever the process's environment says. It posts to any network
 * that its operator named, but never to where a machine's own credentials are given out.
 *
 * @param secrets what must not appear in any detail, in every spelling that an answer could repeat
 */
export function poster(secrets: readonly string[]): Poster {
  const connect = { rejectUnauthorized: true, lookup: lookupWithin(NETWORKS) };
  const agent = new Agent({ connections: CONNECTIONS_MAX, pipelining: 1, connect });
  const hidden = secrets.filter((secret) => secret.length >= SECRET_LENGTH_MIN).sort((a, b) => b.length - a.length);
  const told = (text: string): string =>
    plain(
      hidden.reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text),
      DETAIL_LENGTH_MAX,
    );
  return {
    post: async ({ url, headers, body }, at, signal) => {
      try {
        const answer = await request(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'user-agent': 'interlock', ...headers },
          body,
          signal,
          dispatcher: agent,
        });
        const status = answer.statusCode;
        if (status >= 200 && status < 300) {
          // Its head is the answer: whatever becomes of the rest, the channel has the page.
          const signal = AbortSignal.timeout(REST_TIMEOUT_MS);
          answer.body.dump({ limit: ANSWER_READ_BYTES, signal }).catch(() => undefined);
          return { kind: 'sent', status };
        }
        const text = told(await startOf(answer.body));
        const retryAfterMs = retryAfter(answer.headers['retry-after'], at);
        return {
          kind: 'failed',
          status,
          detail: text === '' ? `answered ${status}` : `answered ${status}: ${text}`,
          retryAfterMs,
        };
      } catch (error) {
        return { kind: 'failed', status: null, detail: `no answer: ${codeOf(error)}`, retryAfterMs: null };
      }
    },
    close: () => agent.destroy(),
  };
}

async function startOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= ANSWER_READ_BYTES) break;
    }
  } catch {
    // Cut short: what came is what there is to tell.
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_READ_BYTES).toString('utf8');
}

/** Seconds, or an HTTP date; `null` where neither stands there. */
function retryAfter(header: string | string[] | undefined, at: number): number | null {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - at);
}

/** A name such as ECONNREFUSED, never a message: that may repeat the address, and the address may be the secret. */
function codeOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return /^\w{1,64}$/.exec(String(code ?? name))?.[0] ?? 'unknown fault';
}
