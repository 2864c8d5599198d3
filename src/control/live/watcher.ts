import type { Instant } from '../../std/clock.ts';
import type { LiveEvents } from '../contract/live.ts';
import { frame, GREETING, type CallsFrame, type Frame } from './frames.ts';

/** What may wait for one watcher before it counts as behind. What waits is shared by all who wait for it. */
export const BEHIND_BYTES = 262_144;
/** Whoever is behind for so long is told to come again. */
export const SLOW_MS = 10_000;
/** How long a last word may take to arrive. */
export const BYE_MS = 1_000;

export type Bye = LiveEvents['bye']['why'];

export interface WatcherParts {
  /** It caught up, and was owed a first look. */
  readonly onCaughtUp: (watcher: Watcher) => void;
  /** It left, or was sent away. */
  readonly onGone: (watcher: Watcher) => void;
  /** Cuts its connection. */
  readonly cut: () => void;
}

/**
 * One stream of events to somebody who watches. Whoever takes them too slowly is passed over: of overviews only the last one
 * matters, and calls that were not told are counted. So what waits is bounded, and no slow line slows the door.
 */
export class Watcher {
  readonly stream: ReadableStream<Frame>;
  readonly #parts: WatcherParts;
  // Set by `start`, which the stream's constructor calls.
  #controller!: ReadableStreamDefaultController<Frame>;
  #missed = 0;
  #owed = false;
  #behindSince: Instant | undefined;
  #state: 'watching' | 'leaving' | 'gone' = 'watching';

  constructor(parts: WatcherParts) {
    this.#parts = parts;
    this.stream = new ReadableStream<Frame>(
      {
        start: (controller) => {
          this.#controller = controller;
          controller.enqueue(GREETING);
        },
        pull: () => this.#pulled(),
        cancel: () => this.#gone(),
      },
      { highWaterMark: BEHIND_BYTES, size: ({ byteLength }) => byteLength },
    );
  }

  /** The whole first look; only the last one counts. */
  overview(one: Frame, at: Instant): void {
    if (!this.#send(one, at)) this.#owed = true;
    else this.#owed = false;
  }

  calls(some: CallsFrame, at: Instant): void {
    if (this.#send(some.after(this.#missed), at)) this.#missed = 0;
    else this.#missed += some.seen;
  }

  beat(one: Frame, at: Instant): void {
    this.#send(one, at);
    if (this.#behindSince !== undefined && at - this.#behindSince >= SLOW_MS) this.leave('slow');
  }

  /** Says why nothing more comes, and ends the stream; the connection too, where nobody takes even that. */
  leave(why: Bye): void {
    if (this.#state !== 'watching') return;
    this.#state = 'leaving';
    this.#controller.enqueue(frame('bye', { why }));
    this.#controller.close();
    setTimeout(() => this.#parts.cut(), BYE_MS).unref();
    this.#parts.onGone(this);
  }

  #send(one: Frame, at: Instant): boolean {
    if (this.#state !== 'watching') return false;
    if ((this.#controller.desiredSize ?? 0) <= 0) {
      this.#behindSince ??= at;
      return false;
    }
    this.#behindSince = undefined;
    this.#controller.enqueue(one);
    return true;
  }

  /** Something was taken, and there is room again. */
  #pulled(): void {
    if (!this.#owed || this.#state !== 'watching') return;
    this.#owed = false;
    this.#parts.onCaughtUp(this);
  }

  #gone(): void {
    if (this.#state === 'watching') this.#parts.onGone(this);
    this.#state = 'gone';
  }
}
