import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import type { Call } from '../../engine/call.ts';
import type { CallId } from '../../engine/ids.ts';
import type { Resource } from '../../policy/index.ts';
import type { Shown } from '../../door/shadow.ts';
import type { Change } from './change.ts';

/** Far more than an agent writes in one run. */
export const SESSION_WRITES_MAX = 1_000;
/** What one session's writes and the items it read may take together. */
export const SESSION_BYTES_MAX = 8 * 1024 * 1024;
/** A larger item is not remembered: an update of it has nothing to be answered from. */
export const ITEM_BYTES_MAX = 256 * 1024;

/** What an item takes in memory beside its text, about. */
const ITEM_OVERHEAD_BYTES = 512;

/** What a session last read of an item from its upstream. */
export interface Base {
  readonly item: Json;
  readonly etag: string | undefined;
  readonly bytes: number;
}

/** What a session did to one item, and knows of it. */
export interface ItemState {
  readonly upstream: string;
  readonly path: string;
  /** Of an item that exists in the session alone. */
  created: { readonly call: CallId; readonly id: string; readonly collection: string; readonly item: Json } | undefined;
  /** In the order in which they were captured. */
  readonly changes: Change[];
  base: Base | undefined;
  /** The made-up ETag that the agent was last shown, and how many changes that one knew. */
  shown: { readonly etag: string; readonly changes: number } | undefined;
}

/** A captured write of which nobody knows what it did: not enough of it is left, or nothing says what it does. */
interface Lost {
  readonly call: CallId;
  readonly subject: string | null;
  /** What it was about, of whichever item or list; `undefined`: nothing that is read. */
  readonly collection: string | undefined;
  /** It made something new: no item that was there is another for it. */
  readonly isNew?: true;
}

/** One agent's run in shadow: its captured writes, and the world as they leave it. */
export class Session {
  readonly writes: CallId[] = [];
  readonly #lost: Lost[] = [];
  /** By upstream and path. */
  readonly items = new Map<string, ItemState>();
  /** Made-up values, as texts, and whose they are. */
  readonly made = new Map<string, CallId>();
  /** Which writes acted on a subject. */
  readonly subjects = new Map<string, CallId[]>();
  /** What was answered to the write that carried a key. */
  readonly keys = new Map<string, { readonly fingerprint: string; readonly shown: Shown }>();
  lastAt: Instant = 0;
  bytes = 0;

  item(upstream: string, path: string): ItemState | undefined {
    return this.items.get(keyOf(upstream, path));
  }

  /** The state of an item; a new one where there is none. */
  touch(upstream: string, path: string): ItemState {
    const key = keyOf(upstream, path);
    let state = this.items.get(key);
    if (state === undefined) {
      state = { upstream, path, created: undefined, changes: [], base: undefined, shown: undefined };
      this.items.set(key, state);
    }
    return state;
  }

  /** Counts a captured write as one of the session's. */
  wrote({ id, subject }: Pick<Call, 'id' | 'subject'>, bytes: number): void {
    this.writes.push(id);
    this.bytes += bytes;
    if (subject !== null) this.subjects.set(subject, [...(this.subjects.get(subject) ?? []), id]);
  }

  /** A write that may have changed what it acts on, in a way that nobody declared. */
  uncertain({ id, subject }: Pick<Call, 'id' | 'subject'>): void {
    if (subject !== null) this.#lost.push({ call: id, subject, collection: undefined });
  }

  /** A write that made something of which its answer does not say what it is called: lists say that they lack it. */
  unnamed({ id }: Pick<Call, 'id'>, collection: string): void {
    this.#lost.push({ call: id, subject: null, collection, isNew: true });
  }

  /** A write that can no longer be shown: whatever it may have changed says so. */
  lose(call: Pick<Call, 'id' | 'subject'>, collection: string | undefined): void {
    this.wrote(call, 0);
    this.#lost.push({ call: call.id, subject: call.subject, collection });
  }

  /** The writes that a read may not show, for all that is known of them. */
  lostOn({ subject }: Pick<Call, 'subject'>, { role, collection }: Resource): readonly CallId[] {
    return this.#lost.flatMap((lost) => {
      const isAbout =
        lost.collection === collection && (lost.isNew === undefined || role === 'list' || role === 'count');
      return isAbout || (lost.subject !== null && lost.subject === subject) ? [lost.call] : [];
    });
  }

  /**
   * Keeps what was read of an item. Where there is no room, what was read longest ago makes some: an update of that has to read
   * it again. What the session changed stays as it is.
   */
  remember(upstream: string, path: string, { bytes, ...read }: Base): void {
    const key = keyOf(upstream, path);
    this.#forget(key, this.items.get(key));
    const all = bytes + key.length + ITEM_OVERHEAD_BYTES;
    if (bytes > ITEM_BYTES_MAX || !this.makeRoom(all)) return;
    this.touch(upstream, path).base = { ...read, bytes: all };
    this.bytes += all;
  }

  /** Whether so much more finds room, once as much as need be of what was only read is forgotten. */
  makeRoom(bytes: number): boolean {
    for (const [key, state] of this.items) {
      if (this.bytes + bytes <= SESSION_BYTES_MAX) return true;
      if (isOnlyRead(state)) this.#forget(key, state);
    }
    return this.bytes + bytes <= SESSION_BYTES_MAX;
  }

  /** Forgets all that was only read. */
  forgetReads(): void {
    for (const [key, state] of this.items) if (isOnlyRead(state)) this.#forget(key, state);
  }

  #forget(key: string, state: ItemState | undefined): void {
    if (state === undefined) return;
    this.bytes -= state.base?.bytes ?? 0;
    state.base = undefined;
    if (isOnlyRead(state)) this.items.delete(key);
  }
}

function isOnlyRead({ created, changes }: ItemState): boolean {
  return created === undefined && changes.length === 0;
}

function keyOf(upstream: string, path: string): string {
  return `${upstream}\n${path}`;
}
