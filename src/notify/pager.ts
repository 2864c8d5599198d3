import type { Clock } from '../std/clock.ts';
import type { Prng } from '../std/prng.ts';
import type { Outbox, PageEntry, PendingPage } from '../journal/index.ts';
import { attemptOn } from './attempt.ts';
import type { Channel } from './channel.ts';
import { Line } from './line.ts';
import { pageOf } from './page-text.ts';
import { CONNECTIONS_MAX } from './post.ts';
import { backoffMs, GIVE_UP_MS, pauseMs } from './retry.ts';
import type { Timers } from './timers.ts';
import type { Site } from './told.ts';

/** Where attempts are written down. */
export interface PageJournal {
  append(entry: PageEntry): unknown;
  /** Resolves when everything appended so far is on the disk. */
  durable(): Promise<void>;
}

export interface PagerParts {
  readonly outbox: Outbox;
  readonly journal: PageJournal;
  readonly channels: readonly Channel[];
  readonly site: Site;
  /** The journal's: a page's record is never behind the last one. */
  readonly clock: Clock;
  readonly timers: Timers;
  /** For jitter alone. */
  readonly random: Prng;
  /** The journal took no attempt any more, and paging has stopped until the next start. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Brings every page of the outbox to every channel that wants it, at least once.
 *
 * INVARIANT: a page leaves only once the record of its cause is durable: nobody is told of what a crash could undo. And
 * one that is recorded as sent never leaves again: whoever starts next reads that from the same journal.
 */
export class Pager {
  readonly #parts: PagerParts;
  readonly #lines: readonly Line[];
  /** The last record that is known to be on the disk. */
  #durableSeq = 0;
  #state: 'new' | 'open' | 'closing' | 'closed' = 'new';
  readonly #attempts = new Set<Promise<void>>();
  /** Calls off the next look at a line. */
  readonly #alarms = new Map<Line, () => void>();

  constructor(parts: PagerParts) {
    this.#parts = parts;
    this.#lines = parts.channels.map((channel) => new Line(channel));
  }

  /** Takes up what waits already, and from then on whatever comes. */
  start(): void {
    this.#state = 'open';
    const { outbox } = this.#parts;
    outbox.listen((seq) => void this.#takeUp(seq));
    this.#forgetStrangers();
    void this.#takeUp([...outbox.pending()].at(-1)?.seq ?? 0);
  }

  /** Starts what is due and there is room for, and waits for what is under way; the rest is the next start's. */
  async close(): Promise<void> {
    if (this.#state === 'open') {
      await this.#parts.journal.durable().catch(() => undefined);
      for (const line of this.#lines) this.#work(line);
    }
    this.#state = 'closing';
    for (const callOff of this.#alarms.values()) callOff();
    await Promise.all(this.#attempts);
    this.#state = 'closed';
    this.#parts.outbox.listen(() => undefined);
    await Promise.all(this.#lines.map(({ channel }) => channel.close()));
  }

  async #takeUp(seq: number): Promise<void> {
    try {
      await this.#parts.journal.durable();
    } catch {
      // The journal has failed: the record may not be there, and the process is about to end.
      return;
    }
    this.#durableSeq = Math.max(this.#durableSeq, seq);
    if (this.#state !== 'open') return;
    this.#giveUpExcess();
    for (const line of this.#lines) this.#work(line);
  }

  /** Starts what is due on a line, as far as there is room, and looks again when the next is. */
  #work(line: Line): void {
    this.#alarms.get(line)?.();
    this.#alarms.delete(line);
    if (this.#state !== 'open') return;
    const { clock, timers } = this.#parts;
    while (line.underWay < CONNECTIONS_MAX) {
      const now = clock.now();
      const next = line.next(this.#durablePages(), now);
      if (typeof next !== 'number') {
        this.#begin(line, next);
        continue;
      }
      if (next === Infinity) return;
      const callOff = timers.after(next - now, () => this.#work(line));
      this.#alarms.set(line, callOff);
      return;
    }
  }

  *#durablePages(): Iterable<PendingPage> {
    for (const page of this.#parts.outbox.pending()) {
      if (page.seq > this.#durableSeq) return;
      yield page;
    }
  }

  #begin(line: Line, page: PendingPage): void {
    line.begin(page);
    const attempt = this.#attempt(line, page).finally(() => this.#attempts.delete(attempt));
    this.#attempts.add(attempt);
  }

  async #attempt(line: Line, page: PendingPage): Promise<void> {
    const { clock, random, site, timers } = this.#parts;
    const delivery = await attemptOn(line.channel, () => pageOf(page, site), clock, timers);
    const now = clock.now();
    const attempt = (page.waiting[line.channel.name] ?? 0) + 1;
    if (delivery.kind === 'failed' && this.#parts.outbox.page(page.id)?.waiting[line.channel.name] === undefined) {
      // Given up meanwhile.
      line.end(page);
    } else if (delivery.kind === 'sent') {
      line.end(page);
      this.#record(page, line.channel.name, attempt, 'sent', delivery);
    } else if (now - page.cause.at >= GIVE_UP_MS) {
      line.end(page);
      this.#record(page, line.channel.name, attempt, 'abandoned', delivery);
    } else {
      const askedMs = delivery.retryAfterMs === null ? 0 : pauseMs(delivery.retryAfterMs);
      line.pause(now + askedMs);
      line.end(page, now + Math.max(askedMs, backoffMs(attempt, random)));
      this.#record(page, line.channel.name, attempt, 'failed', delivery);
    }
    this.#work(line);
  }

  /** A policy that lost a channel leaves pages that nobody can be given. */
  #forgetStrangers(): void {
    const { outbox, channels } = this.#parts;
    const names = new Set(channels.map(({ name }) => name));
    for (const page of outbox.pending()) {
      const strangers = Object.entries(page.waiting).filter(([channel]) => !names.has(channel));
      for (const [channel, attempts] of strangers) {
        this.#giveUp(page, channel, attempts, 'the policy has no such channel any more');
      }
    }
  }

  #giveUpExcess(): void {
    for (const page of this.#parts.outbox.excess()) {
      for (const [channel, attempts] of Object.entries(page.waiting)) {
        this.#giveUp(page, channel, attempts, 'too many pages wait; the oldest gave way');
      }
    }
  }

  #giveUp(page: PendingPage, channel: string, attempts: number, detail: string): void {
    for (const line of this.#lines) if (line.channel.name === channel) line.forget(page);
    this.#record(page, channel, attempts, 'abandoned', { status: null, detail });
  }

  /**
   * Where the journal takes no more, paging stops: what cannot be recorded as sent would be sent for ever. The next start
   * sends it once more.
   */
  #record(
    { id }: PendingPage,
    channel: string,
    attempt: number,
    outcome: PageEntry['outcome'],
    { status, detail }: { readonly status: number | null; readonly detail?: string },
  ): void {
    const { journal, clock } = this.#parts;
    const told = { ...(status !== null && { status }), ...(detail !== undefined && { detail }) };
    try {
      journal.append({ kind: 'page', at: clock.now(), page: id, channel, attempt, outcome, ...told });
    } catch (error) {
      this.#state = 'closing';
      this.#parts.onFault(error);
    }
  }
}
