import type { Instant } from '../std/clock.ts';
import type { PendingPage } from '../journal/index.ts';
import type { Channel } from './channel.ts';

/**
 * What waits for one channel: which page goes next, and when. It shares nothing with other channels' lines, so a dead one
 * delays no other.
 *
 * INVARIANT: the pages of one freeze reach a channel in the journal's order: a resume that overtook its freeze would leave
 * an incident open for ever. Held calls stand alone, and let freezes and resumes go first.
 */
export class Line {
  readonly channel: Channel;
  /** Pages under way. */
  readonly #underWay = new Set<string>();
  /** Pages that failed, and when each is tried again. */
  readonly #retryAt = new Map<string, Instant>();
  /** The channel asked to be left alone until then. */
  #pausedUntil: Instant = 0;

  constructor(channel: Channel) {
    this.channel = channel;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  /** The page to send now; else when to ask again, `Infinity` where nothing waits. */
  next(pages: Iterable<PendingPage>, now: Instant): PendingPage | Instant {
    let held: PendingPage | undefined;
    let earliest = Infinity;
    const begun = new Set<string>();
    for (const page of pages) {
      if (!Object.hasOwn(page.waiting, this.channel.name) || begun.has(page.incident)) continue;
      begun.add(page.incident);
      if (this.#underWay.has(page.id)) continue;
      const dueAt = Math.max(this.#pausedUntil, this.#retryAt.get(page.id) ?? 0);
      if (dueAt > now) earliest = Math.min(earliest, dueAt);
      else if (page.kind === 'hold') held ??= page;
      else return page;
    }
    return held ?? earliest;
  }

  begin(page: PendingPage): void {
    this.#underWay.add(page.id);
  }

  /** `retryAt`: absent where the page is done with. */
  end(page: PendingPage, retryAt?: Instant): void {
    this.#underWay.delete(page.id);
    if (retryAt === undefined) this.#retryAt.delete(page.id);
    else this.#retryAt.set(page.id, retryAt);
  }

  /** Nobody will be given this page any more. */
  forget(page: PendingPage): void {
    this.#retryAt.delete(page.id);
  }

  pause(until: Instant): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }
}
