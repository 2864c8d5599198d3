import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { LIVE_EVENTS, type LiveEvents } from '../../../src/control/contract/live.ts';

type Name = keyof LiveEvents;
export type Heard = {
  [One in Name]: { readonly name: One; readonly data: LiveEvents[One]; readonly at: number };
}[Name];

/** Somebody who watches `GET /v1/live`; every event is held to the contract as it comes. */
export class Viewer {
  readonly heard: Heard[] = [];
  readonly faults: unknown[] = [];
  status = 0;
  headers: IncomingMessage['headers'] = {};
  /** When the stream ended; 0: it has not. */
  endedAt = 0;
  #request: ClientRequest;
  #response: IncomingMessage | undefined;
  #rest = '';
  #waiting: (() => void)[] = [];

  constructor(control: string, token: string, query = '') {
    this.#request = request(`${control}/v1/live${query}`, { headers: { authorization: `Bearer ${token}` } });
    this.#request.on('response', (response) => {
      this.#response = response;
      this.status = response.statusCode ?? 0;
      this.headers = response.headers;
      response.setEncoding('utf8');
      response.on('data', (text: string) => this.#took(text));
      response.on('close', () => {
        this.endedAt = performance.now();
        this.#wake();
      });
      this.#wake();
    });
    this.#request.on('error', () => undefined);
    this.#request.end();
  }

  of<One extends Name>(name: One): LiveEvents[One][] {
    return this.heard.flatMap((event) => (event.name === name ? [event.data as LiveEvents[One]] : []));
  }

  /** Resolves when this holds; asked again at everything that comes. */
  async until(holds: () => boolean): Promise<void> {
    const isOver = AbortSignal.timeout(8_000);
    while (!holds()) {
      if (isOver.aborted) throw new Error(`it never came; heard: ${this.heard.map(({ name }) => name).join(' ')}`);
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        setTimeout(resolve, 100);
      });
    }
  }

  /** Stops reading, as a page on a line that has gone bad. */
  pause(): void {
    this.#response?.pause();
  }

  resume(): void {
    this.#response?.resume();
  }

  leave(): void {
    this.#request.destroy();
  }

  #took(text: string): void {
    const at = performance.now();
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      if (lines[0]?.startsWith('retry: ') === true) continue;
      const name = lines[0]?.slice('event: '.length) as Name;
      const data: unknown = JSON.parse((lines[1] ?? '').slice('data: '.length));
      const read = LIVE_EVENTS[name].safeParse(data);
      if (read.success) this.heard.push({ name, data: read.data, at } as Heard);
      else this.faults.push(read.error.issues);
    }
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
