import { REDACTED } from '../../door/recorder/secret-names.ts';
import { Secrets } from '../../door/recorder/secrets.ts';
import { handlingOf, headerTable } from '../../door/normal/header-table.ts';
import type { Exchange, RecordedAnswer, RecordedRequest } from './recording.ts';

/**
 * Takes secrets out of a foreign recording as `interlock record` keeps them out of its own: a HAR has the keys that its client
 * sent, in queries and in headers of their own, and tokens that were answered. A journal is kept for years, and nothing is ever
 * taken out of it again.
 */
export class Clearing {
  readonly #secrets = new Secrets();

  exchange(exchange: Exchange): Exchange {
    return { ...exchange, request: this.#request(exchange.request), answer: this.#answer(exchange.answer) };
  }

  #request(request: RecordedRequest): RecordedRequest {
    const headers = this.#headers(request.headers);
    const address = this.#secrets.target(request.address).text ?? '/';
    const text = textOf(request.body);
    if (text === undefined || text === '') return { ...request, headers, address };
    const clear = this.#secrets.text(text, headerOf(request.headers, 'content-type')).text;
    if (clear === text) return { ...request, headers, address };
    if (clear === null) return { ...request, headers, address, body: Buffer.alloc(0), bodyUnknown: true };
    return { ...request, headers, address, body: Buffer.from(clear) };
  }

  /** What carries a credential is left to the door's reading, which keeps nothing of it; but it is known from here on. */
  #headers(listed: readonly string[]): readonly string[] {
    const own = new Set<number>();
    const named: { readonly name: string; readonly value: string }[] = [];
    for (let index = 0; index < listed.length; index += 2) {
      const [name, value] = [listed[index]!.toLowerCase(), listed[index + 1]!];
      const { kind } = handlingOf(name, TABLE);
      if (name === 'authorization') this.#secrets.credentials(value, {});
      else if (kind === 'credential' || name === 'cookie') this.#secrets.credentials(undefined, { [name]: value });
      if (kind === 'forward' || kind === 'list') named.push({ name, value });
      else own.add(index);
    }
    const cleared = this.#secrets.headers(named).values();
    return listed.map((text, index) => {
      if (index % 2 === 0 || own.has(index - 1)) return text;
      return cleared.next().value?.value ?? REDACTED;
    });
  }

  #answer(answer: RecordedAnswer): RecordedAnswer {
    const headers = this.#secrets.answerHeaders(answer.headers).flatMap(({ name, value }) => [name, value]);
    if (answer.text === null) return { ...answer, headers };
    const { text } = this.#secrets.text(answer.text, answer.contentType);
    return { ...answer, headers, text, whole: answer.whole && text !== null };
  }
}

const TABLE = headerTable();

function headerOf(headers: readonly string[], wanted: string): string | null {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === wanted);
  return at === -1 ? null : (headers[at + 1] ?? null);
}

/** `undefined`: it is no text, in which nobody looks for one. */
function textOf(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
