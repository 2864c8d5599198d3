import type { Prng } from '../../src/std/prng.ts';
import type { PageKind } from '../../src/policy/index.ts';
import type { Channel, Delivery } from '../../src/notify/channel.ts';
import type { Page } from '../../src/notify/page.ts';
import type { Timeline } from './timeline.ts';

interface ChannelParts {
  readonly name: string;
  readonly timeline: Timeline;
  readonly random: Prng;
  readonly isDurable: (page: string) => boolean;
  /** A page that tells of something which a crash could still undo. */
  readonly onEarly: (page: string) => void;
}

const FAILED: Delivery = { kind: 'failed', status: 500, detail: 'answered 500', retryAfterMs: null };

/** A way to tell people that does not always work. */
export class StandInChannel {
  readonly #parts: ChannelParts;
  failsOneIn = 0;

  constructor(parts: ChannelParts) {
    this.#parts = parts;
  }

  /** The channel as one process has it. */
  of(caller: { readonly alive: boolean }): Channel {
    const { name } = this.#parts;
    const on: readonly PageKind[] = ['freeze', 'hold', 'resume'];
    return { name, on, send: (page) => this.#send(page, caller), close: () => Promise.resolve() };
  }

  #send(page: Page, caller: { readonly alive: boolean }): Promise<Delivery> {
    const { timeline, random, isDurable, onEarly } = this.#parts;
    if (caller.alive && !isDurable(page.id)) onEarly(page.id);
    const fails = this.failsOneIn > 0 && random.below(this.failsOneIn) === 0;
    if (fails && random.below(2) === 0) return new Promise(() => undefined);
    return new Promise((resolve) => {
      timeline.in(random.below(200), () => {
        if (caller.alive) resolve(fails ? FAILED : { kind: 'sent', status: 202 });
      });
    });
  }
}
