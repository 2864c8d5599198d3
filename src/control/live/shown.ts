import type { AgentId, CallId, RouteId } from '../../engine/ids.ts';
import type { CallEntry, OutcomeEntry } from '../../journal/entry.ts';
import { LINES_MAX, type CallLine, type OutcomeLine } from '../contract/live.ts';
import { callLine, outcomeLine } from './lines.ts';

/** Ends of calls that are kept between two events; of what is over it the oldest is not told. */
export const OUTCOMES_KEPT = 4_096;
/** Calls that were shown and whose end is still to be told; the oldest is forgotten. */
export const AWAITED_MAX = 1_000;

/** What goes into one `calls` event. */
export interface Batch {
  readonly seen: number;
  readonly calls: readonly CallLine[];
  readonly outcomes: readonly OutcomeLine[];
}

/** Gathers what the journal takes between two `calls` events. Called within every append. */
export interface Gathering {
  called(entry: CallEntry, seq: number): void;
  ended(entry: OutcomeEntry): void;
  /** What has come since, and begins anew. `undefined`: nothing. */
  take(): Batch | undefined;
}

interface Seen {
  readonly entry: CallEntry;
  readonly seq: number;
}

/** The newest of one agent's calls on one route, by verdict, since the last event. */
interface Newest {
  allow: Seen | undefined;
  deny: Seen | undefined;
  hold: Seen | undefined;
  capture: Seen | undefined;
}

/** What a person must not miss comes first where not all fits. */
const GRAVEST = ['hold', 'deny', 'capture', 'allow'] as const;

/**
 * As many calls as a person can look at: all while they are few, and in a flood the newest of each verdict, agent and route,
 * filled up with the newest of all. Keeps records by reference, and of them no more than agents × routes × verdicts and
 * {@link LINES_MAX}.
 */
export class Sample implements Gathering {
  #seen = 0;
  readonly #last: (Seen | undefined)[] = Array.from({ length: LINES_MAX });
  readonly #newest = new Map<AgentId, Map<RouteId, Newest>>();
  /** Those of `#newest` that hold anything. */
  readonly #touched: Newest[] = [];
  readonly #ends = new Ends();
  readonly #awaited = new Set<CallId>();

  called(entry: CallEntry, seq: number): void {
    const seen = { entry, seq };
    this.#last[this.#seen % LINES_MAX] = seen;
    this.#seen += 1;
    const newest = this.#of(entry.agent, entry.route);
    const { allow, deny, hold, capture } = newest;
    if ((allow ?? deny ?? hold ?? capture) === undefined) this.#touched.push(newest);
    newest[entry.verdict] = seen;
  }

  ended(entry: OutcomeEntry): void {
    this.#ends.push(entry);
  }

  take(): Batch | undefined {
    const seen = this.#seen;
    if (seen === 0 && this.#ends.size === 0) return undefined;
    const shown = this.#chosen();
    for (const { entry } of shown) this.#await(entry.call);
    const outcomes = this.#ends.take((call) => this.#awaited.delete(call));
    this.#forget();
    if (seen === 0 && outcomes.length === 0) return undefined;
    return { seen, calls: shown.map(({ entry, seq }) => callLine(entry, seq)), outcomes };
  }

  /** Which calls to show, in the journal's order. */
  #chosen(): readonly Seen[] {
    const last = this.#last.filter((one) => one !== undefined);
    const chosen = new Set<Seen>();
    if (this.#seen > LINES_MAX) {
      for (const verdict of GRAVEST) {
        const each = this.#touched.flatMap((newest) => newest[verdict] ?? []).sort((a, b) => b.seq - a.seq);
        for (const one of each.slice(0, LINES_MAX - chosen.size)) chosen.add(one);
      }
    }
    for (const one of last.sort((a, b) => b.seq - a.seq)) if (chosen.size < LINES_MAX) chosen.add(one);
    return [...chosen].sort((a, b) => a.seq - b.seq);
  }

  #await(call: CallId): void {
    this.#awaited.add(call);
    if (this.#awaited.size <= AWAITED_MAX) return;
    const [oldest] = this.#awaited;
    if (oldest !== undefined) this.#awaited.delete(oldest);
  }

  /** Records are let go at once: they carry bodies. */
  #forget(): void {
    this.#seen = 0;
    this.#last.fill(undefined);
    for (const newest of this.#touched) Object.assign(newest, EMPTY);
    this.#touched.length = 0;
  }

  #of(agent: AgentId, route: RouteId): Newest {
    let routes = this.#newest.get(agent);
    if (routes === undefined) this.#newest.set(agent, (routes = new Map<RouteId, Newest>()));
    let newest = routes.get(route);
    if (newest === undefined) routes.set(route, (newest = { ...EMPTY }));
    return newest;
  }
}

const EMPTY: Newest = { allow: undefined, deny: undefined, hold: undefined, capture: undefined };

/** Calls that wait for the next event of a watcher who wants every one; what is over it is left out, and counted. */
export const EVERY_MAX = 1_000;

/** Every call, for those who ask for all; as many as {@link EVERY_MAX} at a time. */
export class Every implements Gathering {
  #seen = 0;
  #calls: Seen[] = [];
  readonly #ends = new Ends();

  /** So many that they should not wait for their turn. */
  get isPressing(): boolean {
    return this.#calls.length >= EVERY_MAX / 4;
  }

  called(entry: CallEntry, seq: number): void {
    this.#seen += 1;
    if (this.#calls.length < EVERY_MAX) this.#calls.push({ entry, seq });
  }

  ended(entry: OutcomeEntry): void {
    this.#ends.push(entry);
  }

  take(): Batch | undefined {
    const [seen, calls] = [this.#seen, this.#calls];
    if (seen === 0 && this.#ends.size === 0) return undefined;
    [this.#seen, this.#calls] = [0, []];
    return {
      seen,
      calls: calls.map(({ entry, seq }) => callLine(entry, seq)),
      outcomes: this.#ends.take(() => true),
    };
  }
}

/** The last ends of calls, without what they answered. */
class Ends {
  size = 0;
  #next = 0;
  readonly #lines: (OutcomeLine & { readonly call: CallId })[] = [];

  push(entry: OutcomeEntry): void {
    const line = outcomeLine(entry) as OutcomeLine & { readonly call: CallId };
    if (this.#lines.length < OUTCOMES_KEPT) this.#lines.push(line);
    else this.#lines[this.#next] = line;
    this.#next = (this.#next + 1) % OUTCOMES_KEPT;
    this.size = this.#lines.length;
  }

  take(wanted: (call: CallId) => boolean): readonly OutcomeLine[] {
    const first = this.#lines.length < OUTCOMES_KEPT ? 0 : this.#next;
    const inOrder = [...this.#lines.slice(first), ...this.#lines.slice(0, first)];
    this.#lines.length = 0;
    this.#next = 0;
    this.size = 0;
    return inOrder.filter(({ call }) => wanted(call));
  }
}
