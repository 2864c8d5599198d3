import { assert } from '../../std/assert.ts';
import { ManualClock, type Instant } from '../../std/clock.ts';
import { isAdmitted, type Decision } from '../../engine/decision.ts';
import type { Engine } from '../../engine/engine.ts';
import { admit, type Bench, type JournalPort } from '../../door/judge/admit.ts';
import { Flights } from '../../door/flight/flights.ts';
import { Freezer } from '../../door/freezer.ts';
import type { Reading } from '../../door/judge/reading.ts';
import type { AgentId } from '../../engine/ids.ts';
import type { ResumeEntry } from '../../journal/entry.ts';
import { Trail } from '../../door/trail.ts';
import { eventsOf } from '../../journal/fold.ts';
import { outcomeOf, type SeenOutcome } from './outcome.ts';
import type { Exchange } from './recording.ts';
import { SeenAnswers } from './seen-answers.ts';

/** More calls under way at a time than any agent has: a recording that claims it has wrong durations. */
export const UNDER_WAY_MAX = 10_000;

interface Due extends SeenOutcome {
  readonly reading: Reading;
  /** Whether the door would have let it through, so that rules hear how it ended. */
  readonly isAdmitted: boolean;
}

/**
 * Decides recorded exchanges as a door would have, each at its recorded time, and writes what the door would have written:
 * an intent for every call, and its recorded outcome when that came. A captured write needs no answer made up: the recording
 * has the one that its agent saw.
 *
 * Open loop: a call that is denied or held here did happen there, and the agent went on as if it had. Its outcome is written
 * down, for it is what happened; no rule hears of it, so the state is that of a world in which it did not. What the agent would
 * have done instead nobody knows.
 */
export class Rerun {
  readonly #bench: Bench;
  readonly #clock: ManualClock;
  readonly #seen = new SeenAnswers();
  /** Outcomes that lie behind the call decided last, the earliest first. */
  #due: Due[] = [];

  constructor({ engine, journal }: { readonly engine: Engine; readonly journal: JournalPort }) {
    const clock = (this.#clock = new ManualClock(0));
    const trail = new Trail();
    // Nothing is in flight here that could be severed.
    const freezer = new Freezer({ engine, journal, clock, flights: new Flights(), trail });
    this.#bench = { engine, journal, freezer, trail };
  }

  /** Decides one exchange, as it was read. They come in the order of their times. */
  take(exchange: Exchange, read: Reading): Decision {
    this.advance(exchange.at);
    const reading = this.#seen.judged(read);
    const decision = admit(reading.call, reading.wire, this.#bench);
    this.#await({ reading, isAdmitted: isAdmitted(decision.verdict), ...outcomeOf(reading, exchange) });
    return decision;
  }

  /**
   * Writes the outcomes up to `until`. One at the very time of the next call was seen before it: its agent waited for it.
   */
  advance(until: Instant): void {
    assert(until >= this.#clock.now(), 'exchanges come in the order of their times');
    const index = this.#due.findIndex(({ outcome }) => outcome.at > until);
    const due = this.#due.splice(0, index === -1 ? this.#due.length : index);
    for (const one of due) this.#settle(one);
    this.#moveTo(until);
  }

  /** Writes the outcomes that lie behind the last call. */
  end(): void {
    for (const one of this.#due.splice(0)) this.#settle(one);
  }

  /** Lets an agent work again that was stopped; does nothing to one that was not. */
  resume(agent: AgentId, by: string, reason: string): void {
    const { engine, journal } = this.#bench;
    if (engine.frozen(agent) === undefined) return;
    const resumed: ResumeEntry = { kind: 'resume', at: this.#clock.now(), agent, by, reason };
    journal.append(resumed);
    for (const event of eventsOf(resumed)) engine.apply(event);
  }

  /** Whether so many calls are under way that no more are taken. */
  get full(): boolean {
    return this.#due.length >= UNDER_WAY_MAX;
  }

  #await(due: Due): void {
    const index = this.#due.findLastIndex(({ outcome }) => outcome.at <= due.outcome.at);
    this.#due.splice(index + 1, 0, due);
  }

  #settle({ reading, isAdmitted: wasAdmitted, outcome, answer }: Due): void {
    const { engine, journal, freezer } = this.#bench;
    const { call } = reading;
    this.#moveTo(outcome.at);
    journal.append(outcome);
    if (!wasAdmitted) return;
    this.#seen.note(reading, answer);
    for (const event of eventsOf(outcome)) engine.apply(event);
    const alarm = engine.alarm(call, outcome.at);
    if (alarm !== undefined) freezer.alarm(call, alarm);
  }

  #moveTo(at: Instant): void {
    this.#clock.advance(at - this.#clock.now());
  }
}
