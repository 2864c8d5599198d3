import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import type { Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import type { Effectiveness } from '../event.ts';
import { pass, type Monitor } from '../guard.ts';
import type { CallId, RuleId } from '../ids.ts';
import { Recent } from '../recent.ts';
import { sameness } from './once.ts';

/** Changes are numbered in the journal's order, from 1: two in one millisecond are told apart. */
export type ChangeNumber = number;

/** How many changes had ended when somebody looked: really and, for an agent whose writes are captured, of those, too. */
export type Seen = ChangeNumber | readonly [real: ChangeNumber, captured: ChangeNumber];

/** What has changed, as an agent can know it. */
export interface Changes {
  /** What a read sent now will have seen. */
  readonly seen: Seen;
  /** What may have changed a subject since then. */
  since(seen: Seen, subject: string): Change | undefined;
}

/** A write that may have changed a subject. `call` is `null` where it is only known that there may have been one. */
export interface Change {
  readonly call: CallId | null;
  /** Still on its way. */
  readonly open: boolean;
}

type Ended = { readonly call: CallId; readonly number: ChangeNumber };

/** Subjects remembered per generation, for all agents together. */
export const CHANGES_MAX = 100_000;

/**
 * What was changed through the door of late, by any agent, for rules about who has seen it since. A write that is on its
 * way, or whose outcome nobody saw, counts as a change; one that surely had no effect does not.
 *
 * INVARIANT: a change that was forgotten for want of room counts as a change of every subject not read since.
 */
export class ChangeWatch implements Monitor, Changes {
  readonly key: string;
  readonly #open = new Map<string, readonly CallId[]>();
  readonly #ended: Recent<Ended>;
  /** How many changes have ended. */
  #count: ChangeNumber = 0;
  /** The last change that was forgotten before its time. */
  #forgotten: ChangeNumber = 0;

  /** @param keepMs for how long a change matters: as long as the oldest read that still serves */
  constructor(key: string, keepMs: number) {
    this.key = key;
    this.#ended = new Recent(keepMs + 1);
  }

  get seen(): ChangeNumber {
    return this.#count;
  }

  since(seen: ChangeNumber, subject: string): Change | undefined {
    const same = sameness(subject);
    const open = this.#open.get(same)?.[0];
    if (open !== undefined) return { call: open, open: true };
    const ended = this.#ended.get(same);
    if (ended !== undefined && ended.number > seen) return { call: ended.call, open: false };
    return this.#forgotten > seen ? { call: null, open: false } : undefined;
  }

  check(call: Call): Finding {
    return pass('fresh', call.route as string as RuleId);
  }

  decided({ id, subject }: Call, allowed: boolean): void {
    if (!allowed || subject === null) return;
    const same = sameness(subject);
    this.#open.set(same, [...(this.#open.get(same) ?? []), id]);
  }

  ended({ id, subject }: Call, at: Instant, effectiveness: Effectiveness): void {
    if (subject === null) return;
    const same = sameness(subject);
    const others = this.#open.get(same)?.filter((open) => open !== id) ?? [];
    if (others.length > 0) this.#open.set(same, others);
    else this.#open.delete(same);
    if (effectiveness === 'ineffective') return;
    this.#count += 1;
    if (this.#ended.young >= CHANGES_MAX) this.#forget(at);
    this.#ended.set(same, { call: id, number: this.#count }, at);
  }

  save(): Json {
    const open = [...this.#open].map(([same, calls]): Json => [same, calls]);
    return { open, ended: this.#ended.save(), count: this.#count, forgotten: this.#forgotten };
  }

  load(state: Json): void {
    const saved = state as unknown as {
      open: [string, CallId[]][];
      ended: Json;
      count: ChangeNumber;
      forgotten: ChangeNumber;
    };
    for (const [same, calls] of saved.open) this.#open.set(same, calls);
    this.#ended.load(saved.ended);
    this.#count = saved.count;
    this.#forgotten = saved.forgotten;
  }

  #forget(at: Instant): void {
    for (const { number } of this.#ended.turn(at).values()) this.#forgotten = Math.max(this.#forgotten, number);
  }
}

/** What really changed, and over it what one agent's captured writes would have. */
export class ChangesWithCaptured implements Changes {
  readonly #real: ChangeWatch;
  readonly #captured: ChangeWatch;

  constructor(real: ChangeWatch, captured: ChangeWatch) {
    this.#real = real;
    this.#captured = captured;
  }

  get seen(): Seen {
    return [this.#real.seen, this.#captured.seen];
  }

  since(seen: Seen, subject: string): Change | undefined {
    const [seenReal, seenCaptured] = seen as Exclude<Seen, ChangeNumber>;
    const real = this.#real.since(seenReal, subject);
    const captured = this.#captured.since(seenCaptured, subject);
    // What is still under way says more.
    return real === undefined || (captured?.open === true && !real.open) ? captured : real;
  }
}
