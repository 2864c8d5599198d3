import type { Clock, Instant } from '../../std/clock.ts';
import type { Timers } from '../../std/timers.ts';
import type { AgentId, GrantId } from '../../engine/ids.ts';
import type { RefusalEntry } from '../../journal/entry.ts';
import { JournalFull } from '../../journal/index.ts';
import type { JournalPort } from '../judge/admit.ts';
import type { Refusal } from '../normal/refusal.ts';
import { withoutTokens } from '../normal/token.ts';
import { Pace, type Sender } from './pace.ts';

/** Refusals of one sender with a record each: what a person still reads line by line. */
export const RECORDED_BURST = 200;
export const RECORDED_PER_SECOND = 10;
/** How often the others are told, summed up. */
export const SUMMED_EVERY_MS = 1_000;

export interface RefusalLimits {
  readonly recordedBurst: number;
  readonly recordedPerSecond: number;
}

/** What is known of a request that never became a call. */
export interface Refused extends Refusal {
  readonly method: string | null;
  readonly target: string | null;
  readonly grant: { readonly id: GrantId; readonly agent: AgentId } | undefined;
}

export interface RefusalParts {
  readonly journal: JournalPort;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly onFault: (error: unknown) => void;
}

interface Sum {
  readonly sender: Sender;
  readonly refusal: Refusal;
  readonly since: Instant;
  count: number;
}

const METHOD_KEPT_CHARACTERS = 16;
const TARGET_KEPT_CHARACTERS = 256;

/**
 * The journal's record of every refusal (I4). A flood must not fill the disk, and must not be silent either: beyond a
 * sender's pace, its refusals of one kind are counted, and one record a second tells how many there were.
 *
 * Bounded: a sum for each agent, status and reason, and reasons are a fixed set.
 */
export class Refusals {
  readonly #journal: JournalPort;
  readonly #clock: Clock;
  readonly #pace: Pace;
  readonly #onFault: (error: unknown) => void;
  readonly #sums = new Map<string, Sum>();
  readonly #timers: Timers;
  #callOff: (() => void) | undefined;

  constructor({ recordedPerSecond, recordedBurst }: RefusalLimits, { journal, clock, timers, onFault }: RefusalParts) {
    this.#journal = journal;
    this.#clock = clock;
    this.#timers = timers;
    this.#pace = new Pace(recordedPerSecond, recordedBurst);
    this.#onFault = onFault;
  }

  record({ status, reason, detail, method, target, grant }: Refused): void {
    const at = this.#clock.now();
    const sender = grant?.agent ?? null;
    if (!this.#pace.takes(sender, at)) return this.#count({ status, reason, detail }, sender, at);
    this.#append({
      kind: 'refusal',
      at,
      status,
      reason,
      detail,
      agent: sender,
      grant: grant?.id ?? null,
      method: method?.slice(0, METHOD_KEPT_CHARACTERS) ?? null,
      // Only the path, shortened, and no token that was put in the wrong place.
      target: target === null ? null : withoutTokens(target.split('?', 1)[0]!).slice(0, TARGET_KEPT_CHARACTERS),
    });
  }

  /** Writes down what was counted so far. */
  tell(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    const at = this.#clock.now();
    for (const { sender, refusal, since, count } of this.#sums.values()) {
      const { status, reason, detail } = refusal;
      const none = { grant: null, method: null, target: null };
      this.#append({ kind: 'refusal', at, status, reason, detail, agent: sender, ...none, flood: { count, since } });
    }
    this.#sums.clear();
  }

  #count(refusal: Refusal, sender: Sender, at: Instant): void {
    const key = `${sender ?? ''} ${refusal.status} ${refusal.reason}`;
    const sum = this.#sums.get(key);
    if (sum === undefined) this.#sums.set(key, { sender, refusal, since: at, count: 1 });
    else sum.count += 1;
    this.#callOff ??= this.#timers.after(SUMMED_EVERY_MS, () => this.tell());
  }

  #append(entry: RefusalEntry): void {
    try {
      this.#journal.append(entry);
    } catch (error) {
      // Nothing was sent and nothing will be: a refusal stands even while the journal takes no more.
      if (!(error instanceof JournalFull)) this.#onFault(error);
    }
  }
}
