import type { LiveEvents } from '../contract/live.ts';
import type { Batch } from './shown.ts';

/** One event as it goes over the wire (HTML Standard, §9.2, server-sent events). JSON has no line break of its own. */
export type Frame = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

export function frame<Name extends keyof LiveEvents>(name: Name, data: LiveEvents[Name]): Frame {
  return frameOf(name, JSON.stringify(data));
}

/** Of data that is JSON already. */
export function frameOf(name: keyof LiveEvents, json: string): Frame {
  return encoder.encode(`event: ${name}\ndata: ${json}\n\n`);
}

/** When a connection breaks, how long its browser waits before it comes again. */
const COME_AGAIN_MS = 1_000;

/** What every stream begins with. */
export const GREETING: Frame = encoder.encode(`retry: ${COME_AGAIN_MS}\n\n`);

/** A `calls` event, made once for all who missed nothing before it. */
export class CallsFrame {
  readonly seen: number;
  readonly #rest: string;
  readonly #whole: Frame;

  constructor({ seen, ...rest }: Batch) {
    this.seen = seen;
    this.#rest = JSON.stringify(rest).slice(1);
    this.#whole = this.#with(seen);
  }

  /** For somebody who was not told of so many calls before: they count as seen. */
  after(missed: number): Frame {
    return missed === 0 ? this.#whole : this.#with(this.seen + missed);
  }

  #with(seen: number): Frame {
    return frameOf('calls', `{"seen":${seen},${this.#rest}`);
  }
}
