import type { Instant } from '../../std/clock.ts';
import type { Entry } from '../../journal/entry.ts';
import { BEAT_EVERY_MS } from '../contract/pace.ts';
import { CallsFrame, frame, frameOf, type Frame } from './frames.ts';
import { Every, Sample, type Gathering } from './shown.ts';
import { Watcher, type Bye } from './watcher.ts';

/** Who may watch at a time, all together. */
export const WATCHERS_MAX = 64;
/** And one person of them, with every desk, phone and forgotten tab: nobody alone keeps the others from watching. */
export const WATCHERS_EACH_MAX = 16;
/** How often calls are told at most. */
export const CALLS_EVERY_MS = 250;
/** How often the whole first look is told, while anything changes. */
export const OVERVIEW_EVERY_MS = 1_000;
/** Between two looks that a record causes: whatever floods the journal does not flood those who watch. */
export const AT_ONCE_EVERY_MS = 50;

export interface FeedParts {
  readonly now: () => Instant;
  /** The whole first look, as JSON that begins with `at`. */
  readonly overview: () => string;
}

/** The connection that a watcher watches by. */
export interface Line {
  /** Who watches; absent or `null`: whoever can read the data directory. */
  readonly whose?: string | null;
  readonly cut: () => void;
  /** Nobody is there any more. */
  readonly onGone: () => void;
}

/** Why somebody cannot watch: so many streams are open, all together or in their own name. */
export interface Crowd {
  readonly kind: 'all' | 'own';
  readonly most: number;
}

/** Everybody of one kind, and what is gathered for them while there is anybody. */
interface Audience {
  readonly watchers: Set<Watcher>;
  gathering: (Gathering & { readonly isPressing?: boolean }) | undefined;
  readonly gather: () => Gathering;
}

/**
 * Tells those who watch what the journal takes. One serialisation serves all of them; with nobody there, nothing is gathered
 * and no timer runs.
 */
export class Feed {
  readonly #parts: FeedParts;
  readonly #some: Audience = { watchers: new Set(), gathering: undefined, gather: () => new Sample() };
  readonly #every: Audience = { watchers: new Set(), gathering: undefined, gather: () => new Every() };
  /** How many each person has open. */
  readonly #counts = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** The last first look without its time, to tell whether anything changed. */
  #told = '';
  /** When a record last caused one. */
  #toldAt: Instant = Number.NEGATIVE_INFINITY;
  #isDue = false;
  #isFlushing = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#some.watchers.size + this.#every.watchers.size;
  }

  /** A record took its place. On the way of every call. */
  heard(entry: Entry, seq: number): void {
    if (this.count === 0) return;
    if (entry.kind === 'call') {
      this.#some.gathering?.called(entry, seq);
      this.#every.gathering?.called(entry, seq);
      if (this.#every.gathering?.isPressing === true && !this.#isFlushing) {
        this.#isFlushing = true;
        setImmediate(this.#press);
      }
      if (entry.verdict === 'hold' || entry.trips.length > 0) this.#soon();
    } else if (entry.kind === 'outcome') {
      this.#some.gathering?.ended(entry);
      this.#every.gathering?.ended(entry);
    } else if (AT_ONCE.has(entry.kind)) this.#soon();
  }

  /** Somebody watches from now on. Else: how many do already, all together or in this one's name. */
  join(every: boolean, { whose = null, cut, onGone }: Line): Watcher | Crowd {
    if (this.count >= WATCHERS_MAX) return { kind: 'all', most: WATCHERS_MAX };
    const own = whose === null ? 0 : (this.#counts.get(whose) ?? 0);
    if (own >= WATCHERS_EACH_MAX) return { kind: 'own', most: WATCHERS_EACH_MAX };
    if (whose !== null) this.#counts.set(whose, own + 1);
    const audience = every ? this.#every : this.#some;
    const watcher = new Watcher({
      onCaughtUp: (one) => one.overview(frameOf('overview', this.#parts.overview()), this.#parts.now()),
      onGone: (one) => {
        this.#left(audience, one);
        this.#uncount(whose);
        onGone();
      },
      cut,
    });
    if (this.count === 0) this.#start();
    audience.watchers.add(watcher);
    audience.gathering ??= audience.gather();
    watcher.overview(frameOf('overview', this.#parts.overview()), this.#parts.now());
    return watcher;
  }

  /** Tells everybody that nothing more comes. */
  close(why: Bye): void {
    for (const watcher of this.#all()) watcher.leave(why);
  }

  #left(audience: Audience, watcher: Watcher): void {
    audience.watchers.delete(watcher);
    if (audience.watchers.size === 0) audience.gathering = undefined;
    if (this.count > 0) return;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
    this.#told = '';
  }

  #uncount(whose: string | null): void {
    if (whose === null) return;
    const left = (this.#counts.get(whose) ?? 0) - 1;
    if (left > 0) this.#counts.set(whose, left);
    else this.#counts.delete(whose);
  }

  #start(): void {
    const every = (ms: number, run: () => void): void => void this.#timers.add(setInterval(run, ms).unref());
    every(CALLS_EVERY_MS, () => this.#flush());
    every(OVERVIEW_EVERY_MS, () => this.#look(false));
    every(BEAT_EVERY_MS, () => this.#beat());
  }

  /**
   * The record is applied in the very step that appended it, so the look waits for the end of that step and no longer. A
   * second one so soon waits its while.
   */
  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const waitMs = this.#toldAt + AT_ONCE_EVERY_MS - this.#parts.now();
    if (waitMs <= 0) queueMicrotask(this.#lookNow);
    else setTimeout(this.#lookNow, waitMs).unref();
  }

  readonly #lookNow = (): void => {
    this.#isDue = false;
    this.#look(true);
  };

  readonly #press = (): void => {
    this.#isFlushing = false;
    this.#tell(this.#every);
  };

  #look(isSurelyNew: boolean): void {
    if (this.count === 0) return;
    const json = this.#parts.overview();
    const rest = json.slice(json.indexOf(',') + 1);
    if (!isSurelyNew && rest === this.#told) return;
    this.#told = rest;
    const at = this.#parts.now();
    if (isSurelyNew) this.#toldAt = at;
    const one = frameOf('overview', json);
    for (const watcher of this.#all()) watcher.overview(one, at);
  }

  #flush(): void {
    this.#tell(this.#some);
    this.#tell(this.#every);
  }

  #tell({ watchers, gathering }: Audience): void {
    const batch = gathering?.take();
    if (batch === undefined) return;
    const at = this.#parts.now();
    const some = new CallsFrame(batch);
    for (const watcher of watchers) watcher.calls(some, at);
  }

  #beat(): void {
    const at = this.#parts.now();
    const one: Frame = frame('beat', { at: new Date(at).toISOString() });
    for (const watcher of this.#all()) watcher.beat(one, at);
  }

  #all(): readonly Watcher[] {
    return [...this.#some.watchers, ...this.#every.watchers];
  }
}

/** What nobody should wait a second for. A held call and a tripped one are among them. */
const AT_ONCE: ReadonlySet<Entry['kind']> = new Set(['freeze', 'assent', 'resume', 'review', 'standing', 'policy']);
